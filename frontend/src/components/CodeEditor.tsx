import { lazy, Suspense } from "react";
import classes from "@/components/CodeEditor.module.css";
import { Loading } from "@/components/Loading";

const Body = lazy(() => import("@/components/CodeEditorBody"));

export interface CodeEditorProps {
  /** What a screen reader calls it. */
  label: string;
  value: string;
  /** None makes it read-only. */
  onChange?: (value: string) => void;
  language: "json" | "yaml" | "markdown" | "python" | "text";
  placeholder?: string;
}

/** An editor for JSON, YAML and prompts; its code is loaded when one is first shown. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <div className={classes.room}>
      <Suspense fallback={<Loading what="Opening the editor" />}>
        <Body {...props} />
      </Suspense>
    </div>
  );
}
