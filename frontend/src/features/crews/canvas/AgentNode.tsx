import { Handle, type NodeProps, Position } from "@xyflow/react";
import { BrainCircuit, CircleAlert, Crown, User, Wrench } from "lucide-react";
import { memo } from "react";
import classes from "@/features/crews/canvas/Canvas.module.css";
import { type AgentFlowNode, showsTheSame } from "@/features/crews/canvas/flow";
import { listOf, textOf } from "@/features/crews/model/graph";

export const AgentNode = memo(AgentBox, showsTheSame);

function AgentBox({ data }: NodeProps<AgentFlowNode>) {
  const { name, config, leads, trouble } = data;
  const tools = listOf(config, "tools").length;
  const model = textOf(config, "llm");
  const Icon = leads ? Crown : User;
  return (
    <div
      className={classes.node}
      data-kind="agent"
      data-trouble={trouble !== undefined}
      title={trouble}
    >
      <div className={classes.head}>
        <span className={classes.badge}>
          <Icon size={14} aria-hidden />
        </span>
        <span className={classes.title}>{name}</span>
        {trouble !== undefined && <CircleAlert size={14} className={classes.alert} aria-hidden />}
      </div>
      <div className={classes.text}>{textOf(config, "goal") || "No goal yet"}</div>
      <div className={classes.facts}>
        <span>{leads ? "manager" : "agent"}</span>
        {model !== "" && <span className={classes.fact}>{model}</span>}
        {tools > 0 && (
          <span className={classes.fact}>
            <Wrench size={12} aria-hidden />
            {tools} {tools === 1 ? "tool" : "tools"}
          </span>
        )}
        {config.memory === true && (
          <span className={classes.fact}>
            <BrainCircuit size={12} aria-hidden />
            memory
          </span>
        )}
      </div>
      {!leads && <Handle type="source" position={Position.Bottom} />}
    </div>
  );
}
