import { Stack, Text } from "@mantine/core";
import { type Role, useMay } from "@/api/me";
import classes from "@/components/FormFor.module.css";

interface Props {
  /** Who may change it. */
  who: Exclude<Role, "operator">;
  /** What saves it, and what else can be done with it. */
  buttons: React.ReactNode;
  /** The fields. */
  children: React.ReactNode;
}

const WHO = { editor: "Editors and admins", admin: "Admins" };

/** What stands in a form: to be changed by some, to be read by all. */
export function FormFor({ who, buttons, children }: Props) {
  const may = useMay(who);
  return (
    <Stack gap="md">
      <fieldset disabled={!may} className={classes.fields}>
        <Stack gap="md">{children}</Stack>
      </fieldset>
      {may ? (
        buttons
      ) : (
        <Text c="dimmed" size="sm">
          {WHO[who]} of the group may change this.
        </Text>
      )}
    </Stack>
  );
}
