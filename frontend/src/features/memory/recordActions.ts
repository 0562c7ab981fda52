import { notifications } from "@mantine/notifications";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import type { MemoryRecord } from "@/features/memory/provenance";
import type { RecordRef } from "@/features/memory/search";

export const MEMORY = "/api/v1/memory";

/** What a person does with records; each throws a Problem, and reads the lists anew. */
export function useRecordActions() {
  const stale = useStale();

  async function update(record: MemoryRecord, body: Schema<"RecordUpdate">) {
    const { data } = await api.PATCH("/api/v1/memory/records/{type}/{id}", {
      params: {
        path: { type: record.type, id: record.id },
        header: { "if-match": `"${record.version}"` },
      },
      body,
    });
    await stale(MEMORY);
    return data;
  }

  async function pin(record: MemoryRecord) {
    try {
      await update(record, { pinned: !record.pinned });
      notifications.show({
        message: record.pinned
          ? "Unpinned: recalled only where it fits"
          : "Pinned: every task of its crew gets to read it",
      });
    } catch (error) {
      const { title, detail } = asProblem(error);
      notifications.show({ color: "red", title, message: detail });
      await stale(MEMORY);
    }
  }

  /** One after the other: the store takes turns for one crew anyway. */
  async function remove(records: RecordRef[], onDone?: (count: number) => void) {
    try {
      for (const [index, { type, id }] of records.entries()) {
        await api.DELETE("/api/v1/memory/records/{type}/{id}", { params: { path: { type, id } } });
        onDone?.(index + 1);
      }
    } finally {
      await stale(MEMORY);
    }
  }

  return { update, pin, remove };
}
