import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "@/api/client";
import { actFor } from "@/api/group";
import { asProblem, fieldErrors, Problem } from "@/api/problem";

const answer = vi.fn<(request: Request) => Promise<Response>>();

beforeEach(() => vi.stubGlobal("fetch", answer));
afterEach(() => {
  vi.unstubAllGlobals();
  actFor(undefined);
});

function problem(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

const INVALID = {
  title: "The input is not valid",
  detail: "1 field(s) are not valid",
  code: "invalid",
  request_id: "r-1",
  errors: [
    { pointer: "/definition/agents_yaml/a~1b/role", code: "missing", message: "is required" },
    { pointer: "/name", code: "too-long", message: "is too long" },
  ],
};

test("a refusal is thrown with the server's words, its code and its request id", async () => {
  answer.mockResolvedValue(problem(422, INVALID));
  const thrown = await api.GET("/api/v1/me").catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Problem);
  expect(thrown).toMatchObject({ status: 422, code: "invalid", requestId: "r-1", signIn: false });
});

test("messages of fields land where the form has the field", () => {
  const thrown = new Problem({ status: 422, ...INVALID });
  expect(fieldErrors(thrown)).toEqual({
    "definition.agents_yaml.a/b.role": "is required",
    name: "is too long",
  });
  expect(fieldErrors(thrown, "/definition/agents_yaml")).toEqual({ "a/b.role": "is required" });
});

test("a server that takes tokens asks to sign in", async () => {
  answer.mockResolvedValue(problem(401, INVALID, { "www-authenticate": "Bearer" }));
  const thrown = await api.GET("/api/v1/me").catch((error: unknown) => error);
  expect(asProblem(thrown).signIn).toBe(true);
});

test("what a proxy answers in the server's place is told as such", async () => {
  answer.mockResolvedValue(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  const thrown = await api.GET("/api/v1/me").catch((error: unknown) => error);
  expect(asProblem(thrown)).toMatchObject({ status: 502, code: "http-502" });
});

test("a server that is away is told as such", () => {
  expect(asProblem(new TypeError("Failed to fetch")).code).toBe("network");
});

test("requests are made for the group that is acted for", async () => {
  answer.mockImplementation(() => Promise.resolve(Response.json({ items: [] })));
  await api.GET("/api/v1/crews");
  expect(answer.mock.lastCall?.[0].headers.get("x-group-id")).toBeNull();
  actFor("7");
  await api.GET("/api/v1/crews");
  expect(answer.mock.lastCall?.[0].headers.get("x-group-id")).toBe("7");
});
