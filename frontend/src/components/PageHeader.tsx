import { Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import classes from "@/components/PageHeader.module.css";

interface Props {
  title: string;
  /** The list this stands in: `{ to: "/crews", label: "Crews" }`. */
  parent?: {
    to: "/crews" | "/runs" | "/memory" | "/memory/storage" | "/schedules" | "/models" | "/tools";
    label: string;
  };
  /** Beside the title: a badge, a number. */
  beside?: React.ReactNode;
  description?: React.ReactNode;
  /** Buttons, the most important last. */
  actions?: React.ReactNode;
}

/** The first line of every screen, and the title of the browser's tab. */
export function PageHeader({ title, parent, beside, description, actions }: Props) {
  useDocumentTitle(`${title} · Kasal`);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <Group gap="xs" wrap="nowrap" className={classes.line ?? ""}>
          {parent !== undefined && (
            <>
              <Link to={parent.to} className={classes.parent ?? ""}>
                {parent.label}
              </Link>
              <span aria-hidden className={classes.slash}>
                /
              </span>
            </>
          )}
          <Title order={1} size="h3" className={classes.title ?? ""}>
            {title}
          </Title>
          {beside}
        </Group>
        {description !== undefined && (
          <Text c="dimmed" size="sm" mt={4}>
            {description}
          </Text>
        )}
      </div>
      {actions !== undefined && <Group gap="xs">{actions}</Group>}
    </header>
  );
}
