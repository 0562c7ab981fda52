import classes from "@/components/Facts.module.css";

/** Names and values, one a line. A value that is null or undefined leaves its line out. */
export function Facts({ of }: { of: [name: string, value: React.ReactNode][] }) {
  return (
    <dl className={classes.facts}>
      {of.map(([name, value]) =>
        value == null ? null : (
          <div key={name} className={classes.line}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
