import { Title } from "@mantine/core";
import classes from "@/components/Panel.module.css";

interface Props {
  title?: string;
  /** At the right of the title. */
  actions?: React.ReactNode;
  children: React.ReactNode;
}

/** A part of a screen, with a border around it. */
export function Panel({ title, actions, children }: Props) {
  return (
    <section className={classes.panel} aria-label={title}>
      {title !== undefined && (
        <div className={classes.head}>
          <Title order={2} size="h4">
            {title}
          </Title>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}
