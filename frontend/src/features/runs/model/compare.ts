import type { Task } from "@/features/runs/model/live";

export interface TaskPair {
  key: string;
  a: Task | undefined;
  b: Task | undefined;
}

/** The tasks of two runs by their keys, in the order of the first; those that only the second has come last. */
export function compareTasks(a: Task[], b: Task[]): TaskPair[] {
  const keys = new Set([...a, ...b].map(({ key }) => key));
  const find = (tasks: Task[], key: string) => tasks.find((task) => task.key === key);
  return [...keys].map((key) => ({ key, a: find(a, key), b: find(b, key) }));
}
