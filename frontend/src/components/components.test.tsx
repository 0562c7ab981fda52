import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Problem } from "@/api/problem";
import { ConfirmButton } from "@/components/ConfirmButton";
import { ErrorCard } from "@/components/ErrorCard";
import MarkdownBody from "@/components/MarkdownBody";
import { StatusBadge } from "@/components/StatusBadge";

function show(what: React.ReactNode) {
  return render(<MantineProvider env="test">{what}</MantineProvider>);
}

test("an error says what happened, which field, and by which id the log knows it", () => {
  const problem = new Problem({
    status: 422,
    code: "invalid",
    title: "The input is not valid",
    detail: "1 field is not valid",
    requestId: "r-7",
    errors: [{ pointer: "/name", code: "x", message: "is too long" }],
  });
  show(<ErrorCard error={problem} />);
  const card = screen.getByRole("alert");
  expect(card).toHaveTextContent("The input is not valid");
  expect(card).toHaveTextContent("/name is too long");
  expect(card).toHaveTextContent("request r-7");
});

test("a status is a word, not only a colour", () => {
  show(<StatusBadge status="WAITING_FOR_APPROVAL" />);
  expect(screen.getByText("Waiting for approval")).toBeVisible();
});

test("what cannot be undone asks for its name first, and shows what went wrong", async () => {
  const act = vi.fn(() => Promise.reject(new Error("still in use")));
  show(
    <ConfirmButton
      title="Empty it"
      consequence="All goes."
      confirm="Empty"
      phrase="prices"
      onConfirm={act}
    >
      Empty…
    </ConfirmButton>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Empty…" }));
  const sure = await screen.findByRole("button", { name: "Empty" });
  expect(sure).toBeDisabled();
  await userEvent.type(screen.getByLabelText("Type prices to go on"), "prices");
  await userEvent.click(sure);
  expect(await screen.findByRole("alert")).toHaveTextContent("Still in use.");
  expect(act).toHaveBeenCalledOnce();
});

test("HTML and scripts in a model's text stay text, and no picture is loaded", () => {
  const hostile =
    '<img src=x onerror="alert(1)"> <script>alert(2)</script> [a](javascript:alert(3)) ![p](https://example.com/p.png)';
  const { container } = show(<MarkdownBody text={hostile} />);
  expect(container.querySelector("img, script")).toBeNull();
  expect(container.innerHTML).not.toContain("javascript:");
  expect(screen.getByRole("link", { name: "p" })).toHaveAttribute(
    "rel",
    expect.stringContaining("noopener"),
  );
});

test("a text leads to other sites only, and a picture inside a link is a part of it", () => {
  show(
    <MarkdownBody
      text={
        "[in](/settings) [mail](mailto:a@example.com) [![pic](https://example.com/p.png)](https://example.com/q) note[^1]\n\n[^1]: below"
      }
    />,
  );
  const links = screen.getAllByRole("link").map((link) => link.getAttribute("href"));
  expect(links).toEqual(["https://example.com/q", "#user-content-fn-1", "#user-content-fnref-1"]);
});
