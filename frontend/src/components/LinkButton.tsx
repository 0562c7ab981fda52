import { Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";

type Props = ButtonProps & Omit<React.ComponentPropsWithRef<"a">, keyof ButtonProps>;

function AnchorButton(props: Props) {
  return <Button component="a" {...props} />;
}

/** A link that looks like a button: `<LinkButton to="/runs/$id" params={{ id }}>Open</LinkButton>`. */
export const LinkButton = createLink(AnchorButton);
