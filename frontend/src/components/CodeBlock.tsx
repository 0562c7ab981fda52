import classes from "@/components/CodeBlock.module.css";
import { CopyButton } from "@/components/CopyButton";

/** Text to be copied as it stands. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className={classes.block}>
      <div className={classes.copy}>
        <CopyButton value={text} label={`Copy ${label}`} />
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard */}
      <pre tabIndex={0} aria-label={label} role="region">
        {text}
      </pre>
    </div>
  );
}
