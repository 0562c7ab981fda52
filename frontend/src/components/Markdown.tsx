import { lazy, Suspense } from "react";
import classes from "@/components/Markdown.module.css";

const Body = lazy(() => import("@/components/MarkdownBody"));

/** Text of people and models as Markdown: HTML in it stays text, nothing is loaded from anywhere. */
export function Markdown({ children }: { children: string }) {
  return (
    <div className={classes.body}>
      <Suspense fallback={<div className={classes.plain}>{children}</div>}>
        <Body text={children} />
      </Suspense>
    </div>
  );
}
