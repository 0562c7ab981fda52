/** A form out of a tool's JSON schema. Only what the catalogue uses: one object of plain fields. */
export type FieldKind = "text" | "secret" | "number" | "switch" | "choice" | "texts" | "json";

export interface SchemaField {
  name: string;
  label: string;
  help: string;
  kind: FieldKind;
  choices: string[];
  min: number | undefined;
  max: number | undefined;
  /** A secret that is stored already; its value never comes back. */
  isStored: boolean;
  /** As it stands: what `config` has, "" and [] where it has nothing. */
  value: FieldValue;
}

export type FieldValue = string | number | boolean | string[];

type Schema = Record<string, unknown>;

export function fieldsOf(schema: Schema, config: Record<string, unknown>): SchemaField[] {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  return Object.entries(properties).map(([name, property]) =>
    fieldOf(name, property, config[name]),
  );
}

function fieldOf(name: string, property: Schema, value: unknown): SchemaField {
  const kind = kindOf(property);
  const isStored = property.writeOnly === true && value !== undefined;
  return {
    name,
    label: typeof property.title === "string" ? property.title : name.replaceAll("_", " "),
    help: typeof property.description === "string" ? property.description : "",
    kind,
    choices: Array.isArray(property.enum) ? property.enum.map(String) : [],
    min: typeof property.minimum === "number" ? property.minimum : undefined,
    max: typeof property.maximum === "number" ? property.maximum : undefined,
    isStored,
    value: isStored ? "" : shownValue(kind, value),
  };
}

function kindOf(property: Schema): FieldKind {
  if (Array.isArray(property.enum)) return "choice";
  if (property.type === "number" || property.type === "integer") return "number";
  if (property.type === "boolean") return "switch";
  if (property.type === "array" && (property.items as Schema | undefined)?.type === "string") {
    return "texts";
  }
  if (property.type === "string") return property.writeOnly === true ? "secret" : "text";
  return "json";
}

function shownValue(kind: FieldKind, value: unknown): FieldValue {
  if (kind === "texts") return Array.isArray(value) ? value.map(String) : [];
  if (kind === "switch") return value === true;
  if (kind === "number") return typeof value === "number" ? value : "";
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

export interface Changes {
  /** As PATCH takes it: only what was changed, null for what is to be removed. */
  config: Record<string, unknown>;
  problems: Record<string, string>;
}

/** What was entered, beside what stood there. A stored secret stays unless something is put in its place. */
export function changesOf(
  fields: SchemaField[],
  values: Record<string, FieldValue>,
  removed: ReadonlySet<string>,
): Changes {
  const changes: Changes = { config: {}, problems: {} };
  for (const field of fields) {
    const value = values[field.name] ?? field.value;
    if (removed.has(field.name)) changes.config[field.name] = null;
    else if (JSON.stringify(value) !== JSON.stringify(field.value)) {
      try {
        changes.config[field.name] = sentValue(field, value);
      } catch {
        changes.problems[field.name] = "This is not JSON";
      }
    }
  }
  return changes;
}

function sentValue(field: SchemaField, value: FieldValue): unknown {
  if (value === "") return null;
  return field.kind === "json" && typeof value === "string"
    ? (JSON.parse(value) as unknown)
    : value;
}
