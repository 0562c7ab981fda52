import { CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { Search } from "lucide-react";
import { useState } from "react";
import { CrewSelect } from "@/features/memory/CrewSelect";
import classes from "@/features/memory/Records.module.css";
import {
  isMemoryType,
  readRecordsSearch,
  type RecordsSearch,
  typeName,
  TYPES,
} from "@/features/memory/search";

interface Props {
  search: RecordsSearch;
  onChange: (search: RecordsSearch) => void;
}

const PAUSE_MS = 300;

/** Search by meaning and words, type and crew; all three stand in the URL. */
export function RecordFilters({ search, onChange }: Props) {
  function change(part: "type" | "crew" | "q", value: string | undefined) {
    onChange(readRecordsSearch({ ...search, record: undefined, [part]: value }));
  }

  return (
    <div className={classes.filters} role="search">
      <SearchBox search={search} change={change} />
      <Select
        aria-label="Type"
        placeholder="All types"
        clearable
        data={TYPES.map((value) => ({ value, label: typeName(value) }))}
        value={search.type ?? null}
        onChange={(value) => change("type", isMemoryType(value) ? value : undefined)}
      />
      <CrewSelect value={search.crew} onChange={(crew) => change("crew", crew)} />
    </div>
  );
}

interface BoxProps {
  search: RecordsSearch;
  change: (part: "q", value: string | undefined) => void;
}

function SearchBox({ search, change }: BoxProps) {
  const [text, setText] = useState(search.q ?? "");
  const ask = useDebouncedCallback((value: string) => change("q", value.trim()), PAUSE_MS);

  function write(value: string) {
    setText(value);
    ask(value);
  }

  return (
    <TextInput
      aria-label="Search by meaning and words"
      placeholder="Search by meaning and words"
      maxLength={4000}
      leftSection={<Search size={15} aria-hidden />}
      rightSection={
        text !== "" && (
          <CloseButton size="sm" aria-label="Clear the search" onClick={() => write("")} />
        )
      }
      value={text}
      onChange={(event) => write(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") change("q", text.trim());
      }}
    />
  );
}
