/** A minimum cut by shortest augmenting paths (Edmonds & Karp 1972). */

interface Edge {
  readonly to: number;
  capacity: number;
}

export class FlowNetwork {
  private readonly edges: Edge[] = []; // An edge and its reverse stand side by side.
  private readonly leaving = new Map<number, number[]>();

  addEdge(from: number, to: number, capacity: number): void {
    this.attach(from, { to, capacity });
    this.attach(to, { to: from, capacity: 0 });
  }

  /**
   * Saturates the network; then the sink's side of a minimum cut. Among equal cuts the one nearest the sink.
   * @returns the nodes from which the sink can still be reached
   */
  sinkSide(source: number, sink: number): ReadonlySet<number> {
    for (let path = this.path(source, sink); path !== null; path = this.path(source, sink)) {
      const flow = Math.min(...path.map((edge) => this.edge(edge).capacity));
      for (const edge of path) {
        this.edge(edge).capacity -= flow;
        this.edge(edge ^ 1).capacity += flow;
      }
    }
    const side = new Set([sink]);
    for (const node of side) {
      for (const edge of this.leaving.get(node) ?? []) {
        if (this.edge(edge ^ 1).capacity > 0) {
          side.add(this.edge(edge).to);
        }
      }
    }
    return side;
  }

  /** A shortest path with capacity left, as edges. */
  private path(source: number, sink: number): readonly number[] | null {
    const arrivedBy = new Map<number, number>();
    const reached = new Set([source]);
    for (const node of reached) {
      for (const edge of this.leaving.get(node) ?? []) {
        const { to, capacity } = this.edge(edge);
        if (capacity > 0 && !reached.has(to)) {
          reached.add(to);
          arrivedBy.set(to, edge);
        }
      }
      if (reached.has(sink)) {
        return this.walkBack(source, sink, arrivedBy);
      }
    }
    return null;
  }

  private walkBack(
    source: number,
    sink: number,
    arrivedBy: ReadonlyMap<number, number>,
  ): readonly number[] {
    const path: number[] = [];
    let node = sink;
    while (node !== source) {
      const edge = arrivedBy.get(node) ?? 0;
      path.push(edge);
      node = this.edge(edge ^ 1).to;
    }
    return path;
  }

  private attach(from: number, edge: Edge): void {
    const list = this.leaving.get(from) ?? [];
    list.push(this.edges.length);
    this.leaving.set(from, list);
    this.edges.push(edge);
  }

  private edge(index: number): Edge {
    const edge = this.edges[index];
    if (edge === undefined) {
      throw new Error(`the network has no edge ${index}`);
    }
    return edge;
  }
}
