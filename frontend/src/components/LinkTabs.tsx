import classes from "@/components/LinkTabs.module.css";

interface Props {
  /** What a screen reader calls them: "Parts of Memory". */
  label: string;
  /** Links of the router: `<Link to="/memory" activeOptions={{ exact: true }}>Records</Link>`. */
  children: React.ReactNode;
}

/** The parts of a screen, each with an address of its own. */
export function LinkTabs({ label, children }: Props) {
  return (
    <nav aria-label={label} className={classes.tabs}>
      {children}
    </nav>
  );
}
