import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  // Loading a picture would tell its host who reads this; the link says where it is.
  img: ({ src, alt }) => {
    const words = alt === undefined || alt === "" ? "picture" : alt;
    if (typeof src !== "string") return <span>{words}</span>;
    return (
      <a href={src} target="_blank" rel="noopener noreferrer nofollow">
        {words}
      </a>
    );
  },
  // Wide tables scroll in their own room, also by keyboard.
  table: ({ children }) => (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="region" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  // A checkbox of a list is part of the text, not a control.
  input: ({ checked }) => <span>{checked === true ? "☑ " : "☐ "}</span>,
};

export default function MarkdownBody({ text }: { text: string }) {
  return (
    <ReactMarkdown remarkPlugins={[remarkGfm]} components={components}>
      {text}
    </ReactMarkdown>
  );
}
