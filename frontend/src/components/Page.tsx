import classes from "@/components/Page.module.css";

interface Props {
  children: React.ReactNode;
  /** As high as the window: what is inside scrolls by itself (tables, the canvas). */
  fill?: boolean;
}

/** The room of a screen: PageHeader first, then what it is about. */
export function Page({ children, fill = false }: Props) {
  return (
    <div className={classes.page} data-fill={fill}>
      {children}
    </div>
  );
}
