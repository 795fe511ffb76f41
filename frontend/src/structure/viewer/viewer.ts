/**
 * The 3-D view: Mol* as a library, without its own interface.
 *
 * It asks for nothing outside the page. Of a content-security policy it needs, beside leave to be loaded itself,
 * `connect-src data:` for the structure inside the scene and `img-src data:` for two textures that smooth edges.
 */

import { MolViewSpec } from "molstar/lib/extensions/mvs/behavior";
import { MVSAnnotationTooltipsLabelProvider } from "molstar/lib/extensions/mvs/components/annotation-tooltips-prop";
import { CustomTooltipsLabelProvider } from "molstar/lib/extensions/mvs/components/custom-tooltips-prop";
import { loadMVS } from "molstar/lib/extensions/mvs/load";
import type { MVSData } from "molstar/lib/extensions/mvs/mvs-data";
import type { Camera } from "molstar/lib/mol-canvas3d/camera";
import type { Canvas3D } from "molstar/lib/mol-canvas3d/canvas3d";
import type { ImagePass } from "molstar/lib/mol-canvas3d/passes/image";
import { OrderedSet } from "molstar/lib/mol-data/int";
import { Vec3 } from "molstar/lib/mol-math/linear-algebra";
import { EveryLoci, type Loci } from "molstar/lib/mol-model/loci";
import { ShapeGroup } from "molstar/lib/mol-model/shape";
import { type Structure, StructureElement, StructureProperties } from "molstar/lib/mol-model/structure";
import { PluginBehaviors } from "molstar/lib/mol-plugin/behavior";
import { PluginConfig } from "molstar/lib/mol-plugin/config";
import { PluginContext } from "molstar/lib/mol-plugin/context";
import { PluginSpec } from "molstar/lib/mol-plugin/spec";
import { PluginStateObject } from "molstar/lib/mol-plugin-state/objects";
import { MarkerAction } from "molstar/lib/mol-util/marker-action";
import { now } from "molstar/lib/mol-util/now";
import type { Scene } from "../../data/documents";
import type { Theme } from "../../drawing/colours";
import type { NoWebGL, Picked, SceneResidue, Sight, Viewer } from "./api";
import { arcsBefore } from "./arcPlaces";
import { overview, sameView, turned, zoomed } from "./camera";
import { canvasProps, detectGraphics, type Graphics, lightened, toImage } from "./rendering";

const POLL_MS = 10;
const TOOLTIPS = [CustomTooltipsLabelProvider, MVSAnnotationTooltipsLabelProvider];
const NO_WEBGL: NoWebGL = "NoWebGLError";

function noWebGL(): Error {
  return Object.assign(new Error("this browser has no WebGL"), { name: NO_WEBGL });
}

const SPEC: PluginSpec = {
  behaviors: [
    PluginSpec.Behavior(MolViewSpec),
    PluginSpec.Behavior(PluginBehaviors.Camera.CameraControls),
    PluginSpec.Behavior(PluginBehaviors.CustomProps.StructureInfo),
    PluginSpec.Behavior(PluginBehaviors.CustomProps.SecondaryStructure),
  ],
  config: [
    [PluginConfig.General.AllowMajorPerformanceCaveat, true],
    [PluginConfig.General.PowerPreference, "default"],
    [PluginConfig.General.Transparency, "blended"],
  ],
};

export async function createViewer(element: HTMLElement, { theme }: { theme: Theme }): Promise<Viewer> {
  const graphics = detectGraphics();
  if (graphics === "none") throw noWebGL();
  const plugin = new PluginContext(SPEC);
  await plugin.init();
  if (!(await plugin.mountAsync(element)) || !plugin.canvas3d) {
    plugin.dispose();
    throw noWebGL();
  }
  return new MolstarViewer(plugin, plugin.canvas3d, graphics, theme);
}

/** Wait for what was told to WebGL; unlike Mol*'s own waiting it leaves the processor to those who draw. */
async function drawnByNow(webgl: Canvas3D["webgl"]): Promise<void> {
  const sync = webgl.getFenceSync();
  while (sync && !webgl.isContextLost && !webgl.checkSyncStatus(sync)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

class MolstarViewer implements Viewer {
  private running: Promise<unknown> = Promise.resolve();
  private wanted = 0;
  private place: string | null = null;
  /** The view of all, as it was last taken. */
  private framed: Partial<Camera.Snapshot> | null = null;
  /** From where it was seen when last told of. */
  private seen: Partial<Camera.Snapshot> = {};
  private imagePass: ImagePass | null = null;
  private hovered: Loci | null = null;
  private before: ReadonlyMap<string, number> = new Map();
  private highlighted: readonly SceneResidue[] = [];
  private selected: readonly SceneResidue[] = [];

  constructor(
    private readonly plugin: PluginContext,
    private readonly canvas: Canvas3D,
    private readonly graphics: Graphics,
    private theme: Theme,
  ) {
    this.applyTheme();
    plugin.behaviors.interaction.hover.subscribe(({ current }) => {
      this.hovered = current.loci;
      this.mark();
    });
  }

  show(scene: Scene, { place }: { place: string }): Promise<boolean> {
    this.wanted += 1;
    const turn = this.wanted;
    const drawn = this.running.then(async () => {
      if (turn !== this.wanted) return false;
      await this.draw(scene, place);
      return true;
    });
    this.running = drawn.catch(() => undefined);
    return drawn;
  }

  private async draw(scene: Scene, place: string): Promise<void> {
    const { plugin, canvas } = this;
    plugin.animationLoop.stop({ noDraw: true });
    try {
      const suited = this.graphics === "software" ? lightened(scene) : scene;
      await loadMVS(plugin, suited as unknown as MVSData, { keepCamera: true, doNotReportErrors: true });
      this.applyTheme();
      this.throwIfFailed();
      this.before = arcsBefore(scene);
      canvas.commit(true);
      if (place !== this.place) {
        this.takeSize();
        this.overview();
      }
      this.place = place;
      this.hovered = null;
      this.mark();
    } catch (error) {
      this.place = null;
      throw error;
    } finally {
      plugin.animationLoop.start();
    }
    canvas.tick(now(), { isSynchronous: true });
    await drawnByNow(canvas.webgl);
  }

  private throwIfFailed(): void {
    for (const cell of this.plugin.state.data.cells.values()) {
      if (cell.status === "error") throw new Error(cell.errorText?.replace(/^(Error: )+/, "") ?? "it cannot be drawn");
    }
  }

  private applyTheme(): void {
    this.canvas.setProps(canvasProps(this.theme, this.graphics));
  }

  private structures(): Structure[] {
    const cells = this.plugin.state.data.selectQ((query) => query.ofType(PluginStateObject.Molecule.Structure));
    return cells.flatMap((cell) => {
      const structure = cell.obj?.data;
      return structure && !structure.parent && !cell.transform.transformer.definition.isDecorator ? [structure] : [];
    });
  }

  private overview(): void {
    this.framed = overview(this.structures(), this.canvas.camera);
    this.move(this.framed);
  }

  private mark(): void {
    const { canvas } = this;
    canvas.mark({ loci: EveryLoci }, MarkerAction.RemoveHighlight);
    canvas.mark({ loci: EveryLoci }, MarkerAction.Deselect);
    for (const structure of this.structures()) {
      canvas.mark({ loci: toLoci(structure, this.selected) }, MarkerAction.Select);
      canvas.mark({ loci: toLoci(structure, this.highlighted) }, MarkerAction.Highlight);
    }
    if (this.hovered) canvas.mark({ loci: this.hovered }, MarkerAction.Highlight);
  }

  highlight(residues: readonly SceneResidue[]): void {
    this.highlighted = residues;
    this.mark();
  }

  select(residues: readonly SceneResidue[]): void {
    this.selected = residues;
    this.mark();
  }

  focus(residues: readonly SceneResidue[]): void {
    const loci = this.structures()
      .map((structure) => toLoci(structure, residues))
      .filter((some) => some.elements.length);
    if (loci.length) this.plugin.managers.camera.focusLoci(loci, { durationMs: 0, minRadius: 10 });
    else this.overview();
  }

  onHover(listener: (picked: Picked | null) => void): () => void {
    const subscription = this.plugin.behaviors.interaction.hover.subscribe(({ current }) =>
      listener(toPicked(current.loci, this.before)),
    );
    return () => subscription.unsubscribe();
  }

  onClick(listener: (picked: Picked | null) => void): () => void {
    const subscription = this.plugin.behaviors.interaction.click.subscribe(({ current }) =>
      listener(toPicked(current.loci, this.before)),
    );
    return () => subscription.unsubscribe();
  }

  turn(right: number, up: number): void {
    this.move(turned(this.canvas.camera.getSnapshot(), right, up));
  }

  zoom(factor: number): void {
    this.move(zoomed(this.canvas.camera.getSnapshot(), factor));
  }

  sight(): Sight {
    const { position, target, up } = this.canvas.camera.state;
    return { position: [...position], target: [...target], up: [...up] };
  }

  look(from: Sight): void {
    const [position, target, up] = [from.position, from.target, from.up].map(([x = 0, y = 0, z = 0]) =>
      Vec3.create(x, y, z),
    );
    this.seen = { position, target, up } as Partial<Camera.Snapshot>;
    if (!sameView(this.seen, this.canvas.camera.state)) this.move(this.seen);
  }

  onLook(listener: (from: Sight) => void): () => void {
    const subscription = this.canvas.didDraw.subscribe(() => {
      if (sameView(this.seen, this.canvas.camera.state)) return;
      this.seen = this.canvas.camera.getSnapshot();
      listener(this.sight());
    });
    return () => subscription.unsubscribe();
  }

  private move(snapshot: Partial<Camera.Snapshot>): void {
    const radius = Number.MAX_VALUE; // as far as the scene reaches with its names: nothing of it is cut off in front
    this.canvas.requestCameraReset({ snapshot: { ...snapshot, radius }, durationMs: 0 });
  }

  image(): Promise<Blob> {
    this.imagePass ??= this.canvas.getImagePass({});
    return toImage(this.plugin, this.canvas, this.imagePass);
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.applyTheme();
  }

  resize(): void {
    const untouched = this.framed && sameView(this.framed, this.canvas.camera.state);
    this.takeSize();
    if (untouched) this.overview();
  }

  private takeSize(): void {
    this.plugin.handleResize();
    this.canvas.handleResize();
  }

  dispose(): void {
    this.plugin.dispose();
  }
}

/** What Mol* found under the pointer, in the page's terms. */
function toPicked(loci: Loci, before: ReadonlyMap<string, number>): Picked | null {
  if (ShapeGroup.isLoci(loci)) return pickedArc(loci, before);
  return StructureElement.Loci.is(loci) ? pickedResidue(loci) : null;
}

function pickedArc({ groups: [group], shape }: ShapeGroup.Loci, before: ReadonlyMap<string, number>): Picked | null {
  const ref = (shape.sourceData as { node?: { ref?: string } }).node?.ref;
  if (!group || !ref || shape.geometry.kind !== "mesh") return null; // a name, which is text
  const arc = OrderedSet.getAt(group.ids, 0);
  return { residue: null, arc: (before.get(ref) ?? 0) + arc, text: asText(shape.getLabel(arc, group.instance)) };
}

/** What a tooltip says; Mol* has it as HTML. */
function asText(html: string): string {
  return new DOMParser().parseFromString(html, "text/html").body.textContent ?? "";
}

function pickedResidue(loci: StructureElement.Loci): Picked | null {
  const location = StructureElement.Loci.getFirstLocation(loci);
  if (!location) return null;
  const asym = StructureProperties.chain.label_asym_id(location);
  const seq = StructureProperties.residue.label_seq_id(location);
  const whole = StructureElement.Loci.remap(loci, loci.structure.root); // which has the tooltips; a component has none
  const text = asText(TOOLTIPS.map((provider) => provider.label(whole) ?? "").join(""));
  return { residue: seq > 0 ? { asym, seq } : null, arc: null, text };
}

/** The atoms of residues. */
function toLoci(structure: Structure, residues: readonly SceneResidue[]): StructureElement.Loci {
  const items = residues.map(({ asym, seq }) => ({ label_asym_id: asym, label_seq_id: seq }));
  return items.length ? StructureElement.Schema.toLoci(structure, { items }) : StructureElement.Loci.none(structure);
}
