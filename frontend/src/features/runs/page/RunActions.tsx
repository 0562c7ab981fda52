import { ActionIcon, Button, Menu, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, useNavigate } from "@tanstack/react-router";
import {
  ChevronDown,
  CircleStop,
  Code2,
  Copy,
  Ellipsis,
  GitCompareArrows,
  Play,
  RotateCcw,
  Trash2,
} from "lucide-react";
import { $api } from "@/api/client";
import { useMe } from "@/api/me";
import { useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { ApiTab } from "@/components/ApiTab";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { RunDialog } from "@/components/run/RunDialog";
import { hasEnded, type Run } from "@/features/runs/model/live";
import { tell, useCancel, useRetry } from "@/features/runs/page/useRetry";
import classes from "@/features/runs/RunPage.module.css";
import { snippetsOf } from "@/features/runs/snippets";

interface Props {
  run: Run;
  plan: Schema<"ExecutionPlanRead"> | undefined;
}

/** What can be done with a run, the most likely last. */
export function RunActions({ run, plan }: Props) {
  const [api, apiDialog] = useDisclosure(false);
  const me = useMe();
  const ended = hasEnded(run.status);
  return (
    <>
      <Button
        variant="default"
        className={classes.short ?? ""}
        leftSection={<Code2 size={16} aria-hidden />}
        onClick={apiDialog.open}
      >
        API
      </Button>
      <Button
        variant="default"
        component={Link}
        to="/runs/compare"
        search={{ a: run.id } as never}
        className={classes.short ?? ""}
        leftSection={<GitCompareArrows size={16} aria-hidden />}
      >
        Compare
      </Button>
      {ended ? <RetryMenu run={run} plan={plan} /> : <CancelButton id={run.id} />}
      <MoreMenu run={run} ended={ended} />
      <Modal opened={api} onClose={apiDialog.close} title="This run, for programs" size="lg">
        <ApiTab snippets={snippetsOf(run, me.data?.auth_mode === "token")} />
      </Modal>
    </>
  );
}

function CancelButton({ id }: { id: string }) {
  const cancel = useCancel();
  return (
    <Button
      variant="default"
      leftSection={<CircleStop size={16} aria-hidden />}
      loading={cancel.isPending}
      onClick={() => cancel.run(id)}
    >
      Cancel
    </Button>
  );
}

function RetryMenu({ run, plan }: Props) {
  const retry = useRetry(run.id);
  const keys = plan?.tasks.map(({ key, name }) => ({ key, name })) ?? [];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          loading={retry.isPending}
          leftSection={<RotateCcw size={16} aria-hidden />}
          rightSection={<ChevronDown size={14} aria-hidden />}
        >
          Retry from
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflow: "auto" }}>
        <Menu.Item onClick={() => retry.run(null)}>The beginning</Menu.Item>
        {keys.length > 0 && <Menu.Label>Keeps what came before</Menu.Label>}
        {keys.map(({ key, name }) => (
          <Menu.Item key={key} onClick={() => retry.run(key)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function MoreMenu({ run, ended }: { run: Run; ended: boolean }) {
  const [deleting, deletion] = useDisclosure(false);
  const [running, again] = useDisclosure(false);
  const remove = $api.useMutation("delete", "/api/v1/executions/{id}");
  const navigate = useNavigate();
  const stale = useStale();

  async function deleteRun() {
    await remove.mutateAsync({ params: { path: { id: run.id } } });
    await navigate({ to: "/runs" });
    await stale("/api/v1/executions");
  }

  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More about this run">
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {run.crew_id !== null && (
            <Menu.Item leftSection={<Play size={14} aria-hidden />} onClick={again.open}>
              Run again with other inputs
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<Copy size={14} aria-hidden />}
            onClick={() => {
              navigator.clipboard.writeText(run.id).catch((error: unknown) => {
                tell("The id was not copied", error);
              });
            }}
          >
            Copy the id
          </Menu.Item>
          <Menu.Item
            c="var(--kasal-bad)"
            disabled={!ended}
            leftSection={<Trash2 size={14} aria-hidden />}
            onClick={deletion.open}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={deleting}
        onClose={deletion.close}
        title="Delete this run"
        consequence="Its answer, its events and its receipts go. What it taught the crew's memory stays."
        confirm="Delete"
        onConfirm={deleteRun}
      />
      {run.crew_id !== null && (
        <RunDialog
          opened={running}
          onClose={again.close}
          crewId={run.crew_id}
          name={run.crew_name}
          inputs={run.inputs}
        />
      )}
    </>
  );
}
