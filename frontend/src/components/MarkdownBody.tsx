import { createContext, use } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

/** A picture, which is a link here, may stand inside a link. */
const InLink = createContext(false);

interface LinkProps {
  href: string | undefined;
  children: React.ReactNode;
}

/** Only to other sites: a link into this application, or one that opens a program, is not for a text to offer. */
function Link({ href, children }: LinkProps) {
  const leadsOut = href !== undefined && /^https?:\/\//i.test(href);
  const inside = use(InLink);
  // To a footnote of the same text, and back.
  if (href?.startsWith("#user-content-") === true) return <a href={href}>{children}</a>;
  if (inside || !leadsOut) return <span>{children}</span>;
  return (
    <InLink value={true}>
      <a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    </InLink>
  );
}

const components: Components = {
  // Below the headings of the page and of the panel around it: a text does not name the page.
  h1: "h3",
  h2: "h4",
  h3: "h5",
  h4: "h6",
  h5: "h6",
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  // Loading a picture would tell its host who reads this; the link says where it is.
  img: ({ src, alt }) => (
    <Link href={typeof src === "string" ? src : undefined}>
      {alt === undefined || alt === "" ? "picture" : alt}
    </Link>
  ),
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
