export interface Frame {
  id: string;
  data: string;
}

/** Cuts a stream of server-sent events into frames. Comments (heartbeats) give nothing. */
export class FrameReader {
  private rest = "";

  push(text: string): Frame[] {
    const blocks = (this.rest + text.replace(/\r\n?/g, "\n")).split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.map(readBlock).filter((frame): frame is Frame => frame !== undefined);
  }
}

function readBlock(block: string): Frame | undefined {
  let id = "";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("id: ")) id = line.slice(4);
    else if (line.startsWith("data: ")) data.push(line.slice(6));
  }
  return data.length === 0 ? undefined : { id, data: data.join("\n") };
}
