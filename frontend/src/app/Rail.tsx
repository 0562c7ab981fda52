import { Kbd, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import type { Me } from "@/api/me";
import { Brand } from "@/app/Brand";
import { GroupSwitch } from "@/app/GroupSwitch";
import { openPalette } from "@/app/Palette";
import classes from "@/app/Rail.module.css";
import { type Section, SECTIONS } from "@/app/sections";
import { useCounts } from "@/app/useCounts";

const SHORTCUT = /mac/i.test(navigator.userAgent) ? "⌘K" : "Ctrl K";

export function Rail({ me }: { me: Me }) {
  const counts = useCounts();
  return (
    <div className={classes.rail}>
      <div className={classes.top}>
        <div className={classes.brand}>
          <Brand />
        </div>
        <UnstyledButton className={classes.search ?? ""} onClick={openPalette}>
          <Search size={15} aria-hidden />
          <span>Search or go to</span>
          <Kbd size="xs">{SHORTCUT}</Kbd>
        </UnstyledButton>
      </div>
      <nav className={classes.sections} aria-label="Main">
        {SECTIONS.map((section) => (
          <SectionLink
            key={section.to}
            section={section}
            count={section.count && counts[section.count]}
          />
        ))}
      </nav>
      <GroupSwitch me={me} />
    </div>
  );
}

const COUNTED = { running: "running", approvals: "to decide" };

function SectionLink({ section, count }: { section: Section; count: string | undefined }) {
  const Icon = section.icon;
  return (
    <Link to={section.to} className={classes.link ?? ""} activeProps={{ "data-active": true }}>
      <Icon size={17} aria-hidden />
      <span className={classes.label}>{section.label}</span>
      {count !== undefined && section.count !== undefined && (
        <span className={classes.count} data-kind={section.count}>
          {count}
          <span className="visually-hidden"> {COUNTED[section.count]}</span>
        </span>
      )}
    </Link>
  );
}
