import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useStale } from "@/api/queries";
import type { Backend } from "@/features/memory/backends";
import { MEMORY } from "@/features/memory/recordActions";

export function useBackendActions() {
  const stale = useStale();
  const [busy, setBusy] = useState(false);

  /** Null is the built-in store; `current` is the one that is in use, or is to be. */
  async function use(backend: Backend | null, current: Backend) {
    setBusy(true);
    try {
      const params = { params: { path: { id: current.id } } };
      if (backend === null) await api.POST("/api/v1/memory/backends/{id}/deactivate", params);
      else await api.POST("/api/v1/memory/backends/{id}/activate", params);
      const name = backend?.name ?? "the built-in store";
      notifications.show({ message: `Runs that start from now on keep their memory in ${name}` });
    } catch (error) {
      const { title, detail } = asProblem(error);
      notifications.show({ color: "red", title, message: detail });
    } finally {
      setBusy(false);
      await stale(MEMORY, "/api/v1/knowledge");
    }
  }

  async function remove(id: string) {
    await api.DELETE("/api/v1/memory/backends/{id}", { params: { path: { id } } });
    await stale(MEMORY, "/api/v1/knowledge");
  }

  return { use, remove, busy };
}
