import { Button } from "@mantine/core";
import { useState } from "react";
import classes from "@/components/JsonView.module.css";

const AT_ONCE = 100;

interface Props {
  value: unknown;
  /** How many levels stand open at first. */
  open?: number;
}

/** Any JSON as a tree to open and close. Text stays text. */
export function JsonView({ value, open = 2 }: Props) {
  return (
    <div className={classes.tree}>
      <Node name={undefined} value={value} open={open} />
    </div>
  );
}

function Node({ name, value, open }: { name: string | undefined; value: unknown; open: number }) {
  const label = name === undefined ? null : <span className={classes.name}>{name}: </span>;
  if (typeof value !== "object" || value === null) {
    return (
      <div className={classes.leaf}>
        {label}
        <Scalar value={value} />
      </div>
    );
  }
  const isArray = Array.isArray(value);
  const entries = Object.entries(value);
  const size = isArray ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0) {
    return (
      <div className={classes.leaf}>
        {label}
        {isArray ? "[]" : "{}"}
      </div>
    );
  }
  return (
    <details open={open > 0} className={classes.branch}>
      <summary>
        {label}
        <span className={classes.size}>{size}</span>
      </summary>
      <Entries entries={entries} open={open - 1} />
    </details>
  );
}

function Entries({ entries, open }: { entries: [string, unknown][]; open: number }) {
  const [shown, setShown] = useState(AT_ONCE);
  const left = entries.length - shown;
  return (
    <div className={classes.entries}>
      {entries.slice(0, shown).map(([key, child]) => (
        <Node key={key} name={key} value={child} open={open} />
      ))}
      {left > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={() => setShown(shown + AT_ONCE)}>
          {Math.min(left, AT_ONCE)} more of {left}
        </Button>
      )}
    </div>
  );
}

function Scalar({ value }: { value: unknown }) {
  if (typeof value === "string") return <span className={classes.text}>{value}</span>;
  return <span className={classes.scalar}>{JSON.stringify(value)}</span>;
}
