import { useEditing } from "@/features/crews/drawing";
import { FieldControl } from "@/features/crews/inspector/FieldControl";
import { sentence } from "@/features/crews/inspector/fieldProps";
import { type Field, helpOf } from "@/features/crews/inspector/fields";
import { withSetting } from "@/features/crews/model/edits";
import type { Graph } from "@/features/crews/model/graph";
import { troubleAt } from "@/features/crews/model/problems";

/** The fields of one tab of the crew itself. */
export function CrewFields({ graph, fields }: { graph: Graph; fields: Field[] }) {
  const { store, troubles, mayEdit } = useEditing();
  const shown = fields.filter((field) => field.when?.(graph.settings) ?? true);
  return shown.map((field) => {
    const own = field.name === "name" || field.name === "description" ? field.name : undefined;
    const help = own === undefined ? helpOf("CrewDefinition", field.name) : { default: undefined };
    return (
      <FieldControl
        key={field.name}
        field={field}
        value={own === undefined ? graph.settings[field.name] : graph[own]}
        onChange={(value) =>
          store
            .getState()
            .edit(
              (before) =>
                own === undefined
                  ? withSetting(before, field.name, value)
                  : { ...before, [own]: typeof value === "string" ? value : "" },
              `crew ${field.name}`,
            )
        }
        description={sentence(help.description)}
        error={troubleAt(troubles, undefined, field.name)}
        disabled={!mayEdit}
        standard={help.default}
      />
    );
  });
}
