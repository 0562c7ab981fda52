import { Button, Code, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { api } from "@/api/client";
import type { Me } from "@/api/me";
import { Brand } from "@/app/Brand";
import { queryClient } from "@/app/queryClient";
import classes from "@/app/Shell.module.css";
import { ErrorCard } from "@/components/ErrorCard";

/** Takes an access token once; the server keeps it in a cookie that this page cannot read. */
export function SignIn() {
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function signIn(event: SyntheticEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    const before = queryClient.getQueryData<Me>(["get", "/api/v1/me", {}]);
    try {
      await api.POST("/api/v1/session", { headers: { Authorization: `Bearer ${token.trim()}` } });
      setToken("");
      const { data: me } = await api.GET("/api/v1/me");
      // Somebody else was here before: nothing of theirs stays. The same person goes on where they were.
      if (before !== undefined && before.user_id !== me?.user_id) window.location.replace("/");
      else await queryClient.resetQueries();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className={classes.alone}>
      <form onSubmit={(event) => void signIn(event)}>
        <Stack>
          <Brand />
          <Title order={1} size="h2">
            Sign in
          </Title>
          <Text c="dimmed">
            With an access token. Whoever runs this server makes one with{" "}
            <Code>kasal token create</Code>.
          </Text>
          <PasswordInput
            label="Access token"
            placeholder="kasal_…"
            autoComplete="off"
            required
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          {error !== undefined && <ErrorCard error={error} />}
          <Button type="submit" loading={busy} disabled={token.trim() === ""}>
            Sign in
          </Button>
        </Stack>
      </form>
    </main>
  );
}
