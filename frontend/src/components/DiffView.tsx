import { Text } from "@mantine/core";
import { useMemo } from "react";
import classes from "@/components/DiffView.module.css";
import { diffLines } from "@/lib/diff";

interface Props {
  before: string;
  after: string;
  /** What a screen reader calls it. */
  label: string;
}

const SIGNS = { same: " ", added: "+", removed: "−" };
const WORDS = { same: "", added: "added: ", removed: "removed: " };

/** What differs between two texts, line by line, with a sign and not by colour alone. */
export function DiffView({ before, after, label }: Props) {
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  if (lines.every(({ kind }) => kind === "same")) {
    return (
      <Text size="sm" c="dimmed">
        Both are the same.
      </Text>
    );
  }
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard
    <div className={classes.room} role="region" aria-label={label} tabIndex={0}>
      {lines.map(({ kind, text }, index) => (
        <div key={`${index} ${kind}`} className={classes.line} data-kind={kind}>
          <span aria-hidden className={classes.sign}>
            {SIGNS[kind]}
          </span>
          <span className="visually-hidden">{WORDS[kind]}</span>
          <span>{text}</span>
        </div>
      ))}
    </div>
  );
}
