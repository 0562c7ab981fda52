import type { Schema } from "@/api/types";
import { formatNumber } from "@/lib/format";

export type Document = Schema<"KnowledgeDocumentRead">;

/** What the server reads; it looks into the file, too. */
export const ENDINGS = [
  ".txt",
  ".text",
  ".md",
  ".markdown",
  ".pdf",
  ".docx",
  ".html",
  ".htm",
  ".csv",
];
export const KINDS = "Text, Markdown, PDF, Word, HTML or CSV";

/** Why a file cannot be read, before it is sent; undefined where it may be. */
export function refusalOf(file: Pick<File, "name" | "size">): string | undefined {
  if (file.size === 0) return "The file is empty";
  const dot = file.name.lastIndexOf(".");
  const ending = dot < 0 ? "" : file.name.slice(dot).toLowerCase();
  if (ending !== "" && !ENDINGS.includes(ending)) {
    return `Files that end in ${ending} cannot be read. ${KINDS} can be.`;
  }
  return undefined;
}

/** What a person can do about a document that failed, by the server's code. */
export function remedyOf(code: string): string {
  if (code === "cancelled") return "It was stopped. Upload it again to read it.";
  if (code.includes("embed") || code.includes("unavailable")) {
    return "The store or its embedder did not answer. Look under Memory › Storage, then upload it again.";
  }
  if (code.includes("not-configured") || code.includes("permitted")) {
    return "Look under Memory › Storage what the store refuses, then upload it again.";
  }
  return "Open the file, save it anew as PDF, Word or text, and upload it again.";
}

const STEPS: Record<string, string> = {
  read: "Reading",
  store: "Storing passages",
};

export function stepName(step: string): string {
  return STEPS[step] ?? step;
}

export function passages(count: number): string {
  return count === 1 ? "1 passage" : `${formatNumber(count)} passages`;
}
