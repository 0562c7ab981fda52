import { create } from "zustand";
import { actingGroup, headersFor } from "@/api/group";
import { asProblem, type Problem } from "@/api/problem";
import { sendForm } from "@/api/sendForm";
import { type Document, refusalOf } from "@/features/knowledge/documents";

/** What was chosen, and for whom. */
interface Chosen {
  key: number;
  file: File;
  crew: string | undefined;
  /** For which it is sent, whichever is looked at by then; another one does not see it. */
  group: string | undefined;
  /** The server has taken it. */
  onSent: () => void;
}

export interface Upload extends Chosen {
  state: "waiting" | "sending" | "sent" | "failed" | "stopped";
  /** How much of it has gone, from 0 to 1. */
  share: number;
  /** Set when the server has it: from then on its document says how far it is. */
  documentId?: string;
  /** It had been there already. */
  wasThere?: boolean;
  problem?: Problem | string;
}

interface Uploads {
  uploads: Upload[];
  change: (key: number, part: Partial<Upload>) => void;
  add: (uploads: Upload[]) => void;
  forget: (key: number) => void;
  /** It was deleted: nobody needs to be told that it was read. */
  forgetDocument: (id: string) => void;
}

/** Outlives the screen: leaving it while files are sent stops nothing. */
export const useUploads = create<Uploads>((set) => ({
  uploads: [],
  change: (key, part) =>
    set(({ uploads }) => ({
      uploads: uploads.map((one) => (one.key === key ? { ...one, ...part } : one)),
    })),
  add: (more) => set(({ uploads }) => ({ uploads: [...uploads, ...more] })),
  forget: (key) => set(({ uploads }) => ({ uploads: uploads.filter((one) => one.key !== key) })),
  forgetDocument: (id) =>
    set(({ uploads }) => ({ uploads: uploads.filter((one) => one.documentId !== id) })),
}));

let next = 1;
let current: { key: number; stop: AbortController } | undefined;

/** Sends one file after the other; `onSent` is told of each that the server has taken. */
export function upload(files: File[], crew: string | undefined, onSent: () => void): void {
  const group = actingGroup();
  const added = files.map((file): Upload => {
    const problem = refusalOf(file);
    const chosen = { key: next++, file, crew, group, onSent, share: 0 };
    return problem === undefined
      ? { ...chosen, state: "waiting" }
      : { ...chosen, state: "failed", problem };
  });
  useUploads.getState().add(added);
  void sendNext();
}

/** What has not gone yet does not go; what is on its way is broken off, and the server keeps nothing of it. */
export function stopUpload(key: number): void {
  if (current?.key === key) current.stop.abort();
  else useUploads.getState().change(key, { state: "stopped" });
}

export function retryUpload({ key }: Upload): void {
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((one) => (one.key === key ? again(one) : one)),
  }));
  void sendNext();
}

function again({ key, file, crew, group, onSent }: Upload): Upload {
  return { key, file, crew, group, onSent, state: "waiting", share: 0 };
}

/** Whether the same file may be taken another time. */
export function mayRetry({ state, problem }: Pick<Upload, "state" | "problem">): boolean {
  if (state === "stopped") return true;
  if (state !== "failed" || problem === undefined || typeof problem === "string") return false;
  return ![400, 403, 409, 413, 415, 422].includes(problem.status);
}

async function sendNext(): Promise<void> {
  if (current !== undefined) return;
  const chosen = useUploads.getState().uploads.find(({ state }) => state === "waiting");
  if (chosen === undefined) return;
  const stop = new AbortController();
  current = { key: chosen.key, stop };
  const { change } = useUploads.getState();
  change(chosen.key, { state: "sending" });
  try {
    const taken = await send(chosen, stop.signal);
    change(chosen.key, { state: "sent", ...taken });
    chosen.onSent();
  } catch (error) {
    if (stop.signal.aborted) change(chosen.key, { state: "stopped", share: 0 });
    else change(chosen.key, { state: "failed", problem: asProblem(error) });
  }
  current = undefined;
  void sendNext();
}

async function send(
  { key, file, crew, group }: Upload,
  signal: AbortSignal,
): Promise<Partial<Upload>> {
  const form = new FormData();
  form.append("file", file, file.name);
  if (crew !== undefined) form.append("crew_id", crew);
  const { data, headers } = await sendForm<Document>("/api/v1/knowledge/documents", form, {
    headers: headersFor(group),
    signal,
    onProgress: (share) => useUploads.getState().change(key, { share }),
  });
  return { documentId: data.id, wasThere: headers.get("idempotent-replayed") === "true" };
}
