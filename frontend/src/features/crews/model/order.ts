import type { Task } from "@/features/crews/model/graph";

/** Every task after those it reads, otherwise in the order given. Tasks in a circle keep their place at the end. */
export function inOrder(tasks: Task[]): Task[] {
  const known = new Set(tasks.map((task) => task.key));
  const waits = new Map(
    tasks.map((task) => [task.key, new Set(task.reads?.filter((key) => known.has(key)))]),
  );
  const left = [...tasks];
  const ordered: Task[] = [];
  for (;;) {
    const next = left.findIndex((task) => waits.get(task.key)?.size === 0);
    const [task] = next === -1 ? [] : left.splice(next, 1);
    if (task === undefined) break;
    ordered.push(task);
    for (const others of waits.values()) others.delete(task.key);
  }
  return ordered.length === tasks.length && ordered.every((task, at) => task === tasks[at])
    ? tasks
    : [...ordered, ...left];
}

/** Whether `reader` could read `source` without waiting for itself. */
export function mayRead(tasks: Task[], reader: string, source: string): boolean {
  const reads = new Map(tasks.map((task) => [task.key, task.reads ?? []]));
  const seen = new Set<string>();
  const open = [source];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === reader) return false;
    if (seen.has(key)) continue;
    seen.add(key);
    open.push(...(reads.get(key) ?? []));
  }
  return true;
}
