import { Alert, CloseButton, Group, List, Tabs, Text, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { focusNode } from "@/features/crews/canvas/useActions";
import { useEditing } from "@/features/crews/drawing";
import { CrewFields } from "@/features/crews/inspector/CrewFields";
import { type Tab, tabsOf } from "@/features/crews/inspector/fields";
import classes from "@/features/crews/inspector/Inspector.module.css";
import { ManyNodes } from "@/features/crews/inspector/ManyNodes";
import { NodeFields } from "@/features/crews/inspector/NodeFields";
import { NodeMenu } from "@/features/crews/inspector/NodeMenu";
import { idOf, nameOf, nodeOf } from "@/features/crews/model/graph";
import type { Trouble } from "@/features/crews/model/problems";

const route = getRouteApi("/crews/$id");

/** All fields of what is chosen: an agent, a task, several of them, or the crew itself. */
export function Inspector({ onClose }: { onClose?: () => void }) {
  const { store, troubles } = useEditing();
  const graph = store((state) => state.graph);
  const selected = store((state) => state.selected);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const node = selected.length === 1 ? nodeOf(graph, selected[0]) : undefined;
  if (selected.length > 1) return <ManyNodes />;

  const id = node === undefined ? undefined : idOf(node);
  const tabs = tabsOf(node?.kind);
  const tab = tabs.find((one) => one.value === search.tab) ?? tabs[0];
  const mine = troubles.filter((trouble) => trouble.id === id);
  const kind = node?.kind === "agent" && node.leads ? "Manager" : node?.kind;
  const title = node === undefined ? "Crew" : nameOf(node);
  return (
    <section className={classes.inspector} aria-label="Inspector">
      <div className={classes.head}>
        <Title order={2} size="h4" className={classes.name ?? ""}>
          {title}
        </Title>
        {kind !== undefined && (
          <Text size="xs" c="dimmed">
            {kind}
          </Text>
        )}
        {node !== undefined && <NodeMenu node={node} />}
        {onClose !== undefined && (
          <CloseButton aria-label="Close the inspector" onClick={onClose} />
        )}
      </div>
      <Tabs
        value={tab?.value ?? null}
        onChange={(value) =>
          void navigate({
            search: (before) => ({ ...before, tab: value ?? undefined }),
            replace: true,
          })
        }
        className={classes.tabs ?? ""}
      >
        <Tabs.List px="sm">
          {tabs.map((one) => (
            <Tabs.Tab key={one.value} value={one.value} px="sm">
              <Group gap={6} wrap="nowrap">
                {one.label}
                {hasTrouble(one, mine) && (
                  <span className={classes.dot} role="img" aria-label="has a problem" />
                )}
              </Group>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tab !== undefined && (
          <Tabs.Panel
            value={tab.value}
            className={classes.fields ?? ""}
            data-fields
            onKeyDown={(event) => {
              const open = event.target instanceof Element && event.target.ariaExpanded === "true";
              if (event.key === "Escape" && !open && !event.defaultPrevented) focusNode(id);
            }}
          >
            <Unplaced tabs={tabs} troubles={mine} />
            {node === undefined ? (
              <CrewFields graph={graph} fields={tab.fields} />
            ) : (
              <NodeFields node={node} graph={graph} fields={tab.fields} />
            )}
          </Tabs.Panel>
        )}
      </Tabs>
    </section>
  );
}

function hasTrouble(tab: Tab, troubles: Trouble[]): boolean {
  return troubles.some(({ path }) => tab.fields.some((field) => field.name === path[0]));
}

/** What the server says about no field that is drawn here. */
function Unplaced({ tabs, troubles }: { tabs: Tab[]; troubles: Trouble[] }) {
  const known = new Set(tabs.flatMap((tab) => tab.fields.map((field) => field.name)));
  const others = troubles.filter(({ path }) => path[0] === undefined || !known.has(path[0]));
  if (others.length === 0) return null;
  return (
    <Alert color="red" variant="light" title="This keeps it from running">
      <List size="sm">
        {others.map(({ path, message }) => (
          <List.Item key={`${path.join("/")} ${message}`}>{message}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
