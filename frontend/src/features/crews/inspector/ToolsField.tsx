import { MultiSelect, Stack, Text } from "@mantine/core";
import { $api } from "@/api/client";
import { type ControlProps, inputProps } from "@/features/crews/inspector/fieldProps";
import { listOf } from "@/features/crews/model/graph";

const ALL = { params: { query: { limit: 200 } } };

/** Tools of the catalogue, and MCP servers as `mcp:<name>`. */
export function ToolsField(props: ControlProps) {
  const { value, onChange } = props;
  const tools = $api.useQuery("get", "/api/v1/tools", ALL, { staleTime: 30_000 });
  const servers = $api.useQuery("get", "/api/v1/mcp-servers", ALL, { staleTime: 30_000 });
  const chosen = listOf({ value }, "value");
  const about = new Map<string, { title: string; text: string; usable: boolean }>();
  for (const tool of tools.data?.items ?? []) {
    const usable = tool.enabled && tool.available;
    about.set(tool.key, { title: tool.title, text: tool.description, usable });
  }
  for (const server of servers.data?.items ?? []) {
    const text = "All tools of this MCP server";
    about.set(`mcp:${server.name}`, { title: server.name, text, usable: server.enabled });
  }
  const unknown = chosen.filter((key) => !about.has(key));
  const data = [
    ...[...about].map(([key, { title, usable }]) => ({
      value: key,
      label: title,
      disabled: !usable && !chosen.includes(key),
    })),
    ...unknown.map((key) => ({ value: key, label: key, disabled: false })),
  ];
  return (
    <MultiSelect
      {...inputProps(props)}
      placeholder={chosen.length === 0 ? "None" : ""}
      searchable
      selectFirstOptionOnChange
      clearable
      nothingFoundMessage={tools.isPending ? "Reading the tools" : "No such tool"}
      data={data}
      value={chosen}
      onChange={(next) => onChange(next.length === 0 ? undefined : next)}
      renderOption={({ option }) => (
        <Stack gap={0}>
          <Text size="sm">
            {option.label}
            {option.disabled === true && " (switched off under Tools & MCP)"}
          </Text>
          <Text size="xs" c="dimmed" lineClamp={2}>
            {about.get(option.value)?.text ?? "Not known here"}
          </Text>
        </Stack>
      )}
    />
  );
}
