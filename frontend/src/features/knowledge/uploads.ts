import { create } from "zustand";
import { api } from "@/api/client";
import { actingGroup } from "@/api/group";
import { asProblem, type Problem } from "@/api/problem";
import { refusalOf } from "@/features/knowledge/documents";

export interface Upload {
  key: number;
  /** For which it was sent; another one does not see it. */
  group: string | undefined;
  name: string;
  size: number;
  state: "waiting" | "sending" | "sent" | "failed";
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

/** Sends one file after the other; `onSent` is told of each that the server has taken. */
export async function upload(
  files: File[],
  crew: string | undefined,
  onSent: () => void,
): Promise<void> {
  const { add, change } = useUploads.getState();
  const group = actingGroup();
  const jobs = files.map((file) => ({ file, key: next++ }));
  add(
    jobs.map(({ file, key }) => {
      const problem = refusalOf(file);
      const shared = { key, group, name: file.name, size: file.size };
      return problem === undefined
        ? { ...shared, state: "waiting" as const }
        : { ...shared, state: "failed" as const, problem };
    }),
  );
  for (const { file, key } of jobs) {
    if (refusalOf(file) !== undefined) continue;
    change(key, { state: "sending" });
    try {
      change(key, { state: "sent", ...(await send(file, crew)) });
      onSent();
    } catch (error) {
      change(key, { state: "failed", problem: asProblem(error) });
    }
  }
}

async function send(file: File, crew: string | undefined): Promise<Partial<Upload>> {
  const { data, response } = await api.POST("/api/v1/knowledge/documents", {
    body: { file: "", ...(crew === undefined ? {} : { crew_id: crew }) },
    bodySerializer: () => {
      const form = new FormData();
      form.append("file", file, file.name);
      if (crew !== undefined) form.append("crew_id", crew);
      return form;
    },
  });
  const wasThere = response.headers.get("idempotent-replayed") === "true";
  return data === undefined ? {} : { documentId: data.id, wasThere };
}
