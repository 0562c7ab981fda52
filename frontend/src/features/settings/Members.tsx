import { Button, Group, Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Users } from "lucide-react";
import { $api } from "@/api/client";
import { type Me, type Role, useMay, useMe } from "@/api/me";
import { fieldErrors } from "@/api/problem";
import { usePages, useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorCard } from "@/components/ErrorCard";
import { Loaded } from "@/components/Loaded";
import { Panel } from "@/components/Panel";
import { RelativeTime } from "@/components/RelativeTime";

type Member = Schema<"MemberRead">;

const PATH = "/api/v1/groups/{id}/members";
const ROLES: { value: Role; label: string }[] = [
  { value: "operator", label: "Operator: runs and reads" },
  { value: "editor", label: "Editor: changes crews and memory too" },
  { value: "admin", label: "Admin: keys, tools, limits, members too" },
];

export function Members() {
  const me = useMe();
  return (
    <Loaded query={me} what="Reading the group">
      {(read) => <OfGroup me={read} />}
    </Loaded>
  );
}

function OfGroup({ me }: { me: Me }) {
  const group = me.groups.find(({ id }) => id === me.group_id);
  if (group?.personal === true) {
    return (
      <>
        <EmptyState icon={Users} title="This is your own group">
          Nobody else sees what is in it. To work with others, make a group; you choose it at the
          bottom of the rail.
        </EmptyState>
        <NewGroup />
      </>
    );
  }
  return (
    <>
      <List me={me} />
      <NewGroup />
    </>
  );
}

function List({ me }: { me: Me }) {
  const pages = usePages(PATH, { place: { id: me.group_id } });
  const may = useMay("admin");
  const columns: Column<Member>[] = [
    { key: "email", header: "Member", render: (member) => member.email },
    {
      key: "role",
      header: "Role",
      width: 260,
      render: (member) => (may ? <RoleSelect member={member} me={me} /> : member.role),
    },
    {
      key: "since",
      header: "Since",
      width: 120,
      wide: true,
      render: (member) => <RelativeTime at={member.created_at} />,
    },
  ];
  if (may) {
    columns.push({
      key: "remove",
      header: "",
      width: 110,
      wide: true,
      align: "end",
      render: (member) => <Remove member={member} me={me} />,
    });
  }
  return (
    <>
      <CursorTable
        label="Members"
        pages={pages}
        columns={columns}
        rowKey={(member) => member.user_id}
        rowHeight={58}
        empty={
          <EmptyState icon={Users} title="Nobody is here">
            Members of this group are listed here.
          </EmptyState>
        }
      />
      {may && <Add me={me} />}
    </>
  );
}

function RoleSelect({ member, me }: { member: Member; me: Me }) {
  const stale = useStale();
  const put = $api.useMutation("put", "/api/v1/groups/{id}/members/{user_id}");
  return (
    <Select
      size="xs"
      aria-label={`Role of ${member.email}`}
      allowDeselect={false}
      data={ROLES}
      value={member.role}
      disabled={put.isPending}
      error={put.error === null ? undefined : put.error instanceof Error ? put.error.message : true}
      onChange={(role) =>
        put.mutate(
          {
            params: { path: { id: me.group_id, user_id: member.user_id } },
            body: { role: role as Role },
          },
          { onSuccess: () => void stale("/api/v1/groups", "/api/v1/me") },
        )
      }
    />
  );
}

function Remove({ member, me }: { member: Member; me: Me }) {
  const stale = useStale();
  const remove = $api.useMutation("delete", "/api/v1/groups/{id}/members/{user_id}");
  return (
    <ConfirmButton
      size="xs"
      title={`Remove ${member.email}?`}
      consequence="They see nothing of this group any more. What they made stays; schedules that act for them are paused."
      confirm="Remove"
      aria-label={`Remove ${member.email}`}
      onConfirm={async () => {
        await remove.mutateAsync({
          params: { path: { id: me.group_id, user_id: member.user_id } },
        });
        await stale("/api/v1/groups");
      }}
    >
      Remove
    </ConfirmButton>
  );
}

function Add({ me }: { me: Me }) {
  const stale = useStale();
  const form = useForm({ initialValues: { email: "", role: "operator" as Role } });
  const add = $api.useMutation("post", PATH);
  return (
    <Panel title="Add a member">
      <form
        onSubmit={form.onSubmit((body) =>
          add.mutate(
            { params: { path: { id: me.group_id } }, body },
            {
              onSuccess: () => {
                form.reset();
                void stale("/api/v1/groups");
              },
              onError: (error) => form.setErrors(fieldErrors(error)),
            },
          ),
        )}
      >
        <Group align="flex-start">
          <TextInput
            label="E-mail address"
            description="Whether or not that person was ever here"
            placeholder="ada@example.com"
            required
            flex="1 1 220px"
            {...form.getInputProps("email")}
          />
          <Select
            label="Role"
            description="It can be changed later"
            allowDeselect={false}
            data={ROLES}
            flex="1 1 260px"
            {...form.getInputProps("role")}
          />
        </Group>
        <Group mt="sm">
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
        </Group>
        {add.error !== null && <ErrorCard error={add.error} hideFields />}
      </form>
    </Panel>
  );
}

function NewGroup() {
  const stale = useStale();
  const form = useForm({ initialValues: { name: "" } });
  const create = $api.useMutation("post", "/api/v1/groups");
  return (
    <Panel title="Make a group">
      <form
        onSubmit={form.onSubmit((body) =>
          create.mutate(
            { body },
            {
              onSuccess: () => {
                form.reset();
                void stale("/api/v1/groups", "/api/v1/me");
              },
              onError: (error) => form.setErrors(fieldErrors(error)),
            },
          ),
        )}
      >
        <Group align="flex-end">
          <TextInput
            label="Name"
            required
            flex="1 1 220px"
            maw={360}
            {...form.getInputProps("name")}
          />
          <Button type="submit" variant="default" loading={create.isPending}>
            Make it
          </Button>
        </Group>
        {create.data !== undefined && (
          <Text size="sm" c="dimmed" mt="sm" role="status">
            {create.data.name} is there. Choose it at the bottom of the rail.
          </Text>
        )}
        {create.error !== null && <ErrorCard error={create.error} hideFields />}
      </form>
    </Panel>
  );
}
