import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useMe } from "@/api/me";
import { asProblem } from "@/api/problem";
import { Brand } from "@/app/Brand";
import { CannotBegin } from "@/app/CannotBegin";
import { Palette } from "@/app/Palette";
import { Rail } from "@/app/Rail";
import classes from "@/app/Shell.module.css";
import { SignIn } from "@/app/SignIn";
import { Loading } from "@/components/Loading";

/** The frame around every screen: rail at the left, a drawer of it on narrow windows. */
export function Shell() {
  const me = useMe();
  const [opened, rail] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { close } = rail;
  useEffect(() => close(), [path, close]);

  if (me.data === undefined) {
    if (me.error === null) return <Loading what="Asking the server who you are" />;
    if (asProblem(me.error).signIn) return <SignIn />;
    return <CannotBegin error={me.error} onRetry={() => void me.refetch()} />;
  }
  if (me.error !== null && asProblem(me.error).signIn) return <SignIn />;
  return (
    <AppShell
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 224, breakpoint: "sm", collapsed: { mobile: !opened } }}
      transitionDuration={120}
    >
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <AppShell.Header className={classes.bar ?? ""} hiddenFrom="sm">
        <Group h="100%" px="md" gap="sm">
          <Burger
            opened={opened}
            onClick={rail.toggle}
            size="sm"
            aria-label={opened ? "Close the menu" : "Open the menu"}
          />
          <Brand />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.rail ?? ""}>
        <Rail me={me.data} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main ?? ""}>
        <Outlet />
      </AppShell.Main>
      <Palette />
    </AppShell>
  );
}
