import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronsUpDown, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { $api } from "@/api/client";
import type { Me } from "@/api/me";
import classes from "@/app/GroupSwitch.module.css";

const SCHEMES = [
  { value: "auto", label: "As the system", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
] as const;

/** Who and for which group, at the foot of the rail: other groups, colours, the way out. */
export function GroupSwitch({ me }: { me: Me }) {
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = $api.useMutation("delete", "/api/v1/session", {
    // The page begins anew: what it has read, drawings that are not saved, names of files it has sent.
    onSuccess: () => window.location.replace("/"),
  });
  const current = me.groups.find((group) => group.id === me.group_id);
  const own = me.groups.find((group) => group.personal);

  function choose(id: string) {
    void navigate({ to: "/crews", search: { group: id === own?.id ? undefined : id } });
  }

  return (
    <Menu position="top-start" width={224}>
      <Menu.Target>
        <UnstyledButton className={classes.button ?? ""}>
          <span className={classes.words}>
            <span className="visually-hidden">Group, colours and account: </span>
            <span className={classes.group}>
              {current === undefined ? "Group" : nameOf(current)}
            </span>
            <span className={classes.role}>
              {me.email} · {me.role}
            </span>
          </span>
          <ChevronsUpDown size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.email}</Menu.Label>
        {me.groups.map((group) => (
          <Menu.Item
            key={group.id}
            onClick={() => choose(group.id)}
            rightSection={group.id === me.group_id && <Check size={14} aria-label="current" />}
          >
            {nameOf(group)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>Colours</Menu.Label>
        {SCHEMES.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={14} aria-hidden />}
            rightSection={colorScheme === value && <Check size={14} aria-label="current" />}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        {me.auth_mode === "token" && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<LogOut size={14} aria-hidden />}
              onClick={() => signOut.mutate({})}
            >
              Sign out
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Of one's own the server says whose it is, which stands beside it here. */
function nameOf({ name, personal }: Me["groups"][number]): string {
  return personal ? "Personal" : name;
}
