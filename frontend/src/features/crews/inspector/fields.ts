import help from "@/api/fields.json";
import type { Kind } from "@/features/crews/model/graph";

export type Control =
  | "line"
  | "text"
  | "number"
  | "switch"
  | "model"
  | "tools"
  | "process"
  | "agent"
  | "agentTasks"
  | "reads"
  | "order"
  | "schema"
  | "guardrails"
  | "human"
  | "key";

export interface Field {
  name: string;
  label: string;
  control: Control;
  rows?: number;
  placeholder?: string;
  unit?: string;
  /** Shown only then. */
  when?: (config: Record<string, unknown>) => boolean;
}

export interface Tab {
  value: string;
  label: string;
  fields: Field[];
}

type Shape = "AgentConfig" | "TaskConfig" | "CrewDefinition";
interface Help {
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

/** What the API's document says about a field. */
export function helpOf(shape: Shape, field: string): Help {
  return (help as Record<Shape, Record<string, Help>>)[shape][field] ?? {};
}

export const SHAPES: Record<Kind, Shape> = { agent: "AgentConfig", task: "TaskConfig" };

const isHierarchical = (settings: Record<string, unknown>) => settings.process === "hierarchical";

/** Every field that an agent has, from those everybody fills in to those hardly anybody needs. */
export const AGENT_TABS: Tab[] = [
  {
    value: "what",
    label: "What",
    fields: [
      { name: "role", label: "Role", control: "line", placeholder: "Market analyst" },
      {
        name: "goal",
        label: "Goal",
        control: "text",
        rows: 2,
        placeholder: "Work out what the figures for {market} say",
      },
      { name: "backstory", label: "Backstory", control: "text", rows: 3 },
      { name: "tasks", label: "Does", control: "agentTasks" },
    ],
  },
  {
    value: "how",
    label: "How",
    fields: [
      { name: "llm", label: "Model", control: "model", placeholder: "The model of the crew" },
      { name: "tools", label: "Tools", control: "tools" },
      { name: "allow_delegation", label: "May delegate", control: "switch" },
      { name: "inject_date", label: "Knows today's date", control: "switch" },
    ],
  },
  {
    value: "guard",
    label: "Guard",
    fields: [
      { name: "max_iter", label: "Steps at most", control: "number" },
      { name: "max_execution_time", label: "Time limit", control: "number", unit: "s" },
      { name: "max_retry_limit", label: "Tries after errors", control: "number" },
      { name: "max_rpm", label: "Calls per minute", control: "number" },
    ],
  },
  {
    value: "memory",
    label: "Memory",
    fields: [
      { name: "memory", label: "Remembers", control: "switch" },
      { name: "respect_context_window", label: "Shortens long texts", control: "switch" },
    ],
  },
  {
    value: "more",
    label: "More",
    fields: [
      { name: "key", label: "Key", control: "key" },
      { name: "use_system_prompt", label: "Uses a system prompt", control: "switch" },
      { name: "system_template", label: "System template", control: "text", rows: 3 },
      { name: "prompt_template", label: "Prompt template", control: "text", rows: 3 },
      { name: "response_template", label: "Response template", control: "text", rows: 3 },
    ],
  },
];

export const TASK_TABS: Tab[] = [
  {
    value: "what",
    label: "What",
    fields: [
      { name: "name", label: "Name", control: "line" },
      { name: "description", label: "Description", control: "text", rows: 3 },
      { name: "expected_output", label: "Expected output", control: "text", rows: 2 },
      { name: "agent", label: "Agent", control: "agent" },
      { name: "context", label: "Reads the answers of", control: "reads" },
    ],
  },
  {
    value: "how",
    label: "How",
    fields: [
      { name: "tools", label: "Tools", control: "tools" },
      { name: "order", label: "Order", control: "order" },
      { name: "async_execution", label: "Runs beside the next task", control: "switch" },
      { name: "markdown", label: "Answers in Markdown", control: "switch" },
      { name: "output_json", label: "Answers as JSON", control: "schema" },
    ],
  },
  {
    value: "guard",
    label: "Guard",
    fields: [
      { name: "guardrails", label: "Checks of the answer", control: "guardrails" },
      { name: "guardrail_max_retries", label: "Tries after failed checks", control: "number" },
      { name: "human_input", label: "Approval", control: "human" },
    ],
  },
  {
    value: "more",
    label: "More",
    fields: [
      { name: "key", label: "Key", control: "key" },
      { name: "output_pydantic", label: "Answers as a model", control: "schema" },
    ],
  },
];

export const CREW_TABS: Tab[] = [
  {
    value: "what",
    label: "What",
    fields: [
      { name: "name", label: "Name", control: "line" },
      { name: "description", label: "Description", control: "text", rows: 3 },
    ],
  },
  {
    value: "how",
    label: "How",
    fields: [
      { name: "process", label: "Process", control: "process" },
      { name: "model", label: "Model", control: "model", placeholder: "The default model" },
      {
        name: "manager_llm",
        label: "Manager's model",
        control: "model",
        placeholder: "Choose the model that leads",
        when: (settings) => isHierarchical(settings) || settings.manager_llm != null,
      },
      { name: "planning", label: "Plans before it begins", control: "switch" },
      {
        name: "planning_llm",
        label: "Planner's model",
        control: "model",
        placeholder: "The model of the crew",
        when: (settings) => settings.planning === true || settings.planning_llm != null,
      },
    ],
  },
  {
    value: "memory",
    label: "Memory",
    fields: [{ name: "memory", label: "Remembers", control: "switch" }],
  },
];

export function tabsOf(kind: Kind | undefined): Tab[] {
  if (kind === undefined) return CREW_TABS;
  return kind === "agent" ? AGENT_TABS : TASK_TABS;
}
