import { $api } from "@/api/client";
import type { Schema } from "@/api/types";

export type Me = Schema<"MeRead">;
export type Role = Me["role"];

const ROLES: Role[] = ["operator", "editor", "admin"];

export function useMe() {
  return $api.useQuery("get", "/api/v1/me", {}, { staleTime: 60_000 });
}

/** Whether the caller's role in the acting group includes this one; false until that is known. */
export function useMay(role: Role): boolean {
  const { data } = useMe();
  return data !== undefined && ROLES.indexOf(data.role) >= ROLES.indexOf(role);
}
