import type { Camera } from "molstar/lib/mol-canvas3d/camera";
import { Mat3, Quat, Vec3 } from "molstar/lib/mol-math/linear-algebra";
import type { Structure } from "molstar/lib/mol-model/structure";
import { structureLayingTransform } from "molstar/lib/mol-plugin-state/manager/focus-camera/orient-axes";

const MARGIN = 1.06;

/** Where to look from to see all atoms: their longest axis across the screen, their shortest along the view. */
export function overview(structures: readonly Structure[], camera: Camera): Partial<Camera.Snapshot> {
  const { rotation } = structureLayingTransform([...structures]);
  const atoms = rotatedAtoms(structures, rotation);
  if (!atoms.length) return {};
  const center = middle(atoms);
  const distance = MARGIN * fittingDistance(atoms, center, camera);
  const back = Mat3.invert(Mat3(), rotation);
  const target = Vec3.transformMat3(Vec3(), center, back);
  const position = Vec3.transformMat3(Vec3(), Vec3.add(Vec3(), center, Vec3.create(0, 0, distance)), back);
  return { target, position, up: Vec3.transformMat3(Vec3(), Vec3.create(0, 1, 0), back) };
}

function rotatedAtoms(structures: readonly Structure[], rotation: Mat3): Vec3[] {
  const units = structures.flatMap((structure) => structure.units);
  return units.flatMap((unit) =>
    Array.from(unit.elements as ArrayLike<number>, (element) => {
      const atom = unit.conformation.position(element as never, Vec3());
      return Vec3.transformMat3(atom, atom, rotation);
    }),
  );
}

function middle(atoms: readonly Vec3[]): Vec3 {
  const low = Vec3.create(Infinity, Infinity, Infinity);
  const high = Vec3.create(-Infinity, -Infinity, -Infinity);
  for (const atom of atoms) {
    Vec3.min(low, low, atom);
    Vec3.max(high, high, atom);
  }
  return Vec3.scale(Vec3(), Vec3.add(Vec3(), low, high), 0.5);
}

/** How far from the centre the camera must stand for every atom to be within the picture. */
function fittingDistance(atoms: readonly Vec3[], center: Vec3, { state, viewport }: Camera): number {
  const slope = Math.tan(state.fov / 2);
  const aspect = viewport.width / viewport.height;
  let distance = 10;
  for (const atom of atoms) {
    const [x = 0, y = 0, z = 0] = Vec3.sub(Vec3(), atom, center);
    distance = Math.max(distance, z + Math.max(Math.abs(y), Math.abs(x) / aspect) / slope);
  }
  return distance;
}

/** Whether a camera stands where it was told to. */
export function sameView(told: Partial<Camera.Snapshot>, now: Camera.Snapshot): boolean {
  const pairs = [
    [told.target, now.target],
    [told.position, now.position],
    [told.up, now.up],
  ];
  return pairs.every(([one, other]) => one && other && Vec3.distance(one, other) < 0.001);
}

/** The same target, seen from further round. Degrees, as the scene seems to turn. */
export function turned(from: Camera.Snapshot, right: number, up: number): Partial<Camera.Snapshot> {
  const eye = Vec3.sub(Vec3(), from.position, from.target);
  const side = Vec3.normalize(Vec3(), Vec3.cross(Vec3(), from.up, eye));
  const aside = Quat.setAxisAngle(Quat(), Vec3.normalize(Vec3(), from.up), (-right * Math.PI) / 180);
  const over = Quat.setAxisAngle(Quat(), side, (up * Math.PI) / 180);
  const rotation = Quat.multiply(Quat(), aside, over);
  const position = Vec3.add(Vec3(), from.target, Vec3.transformQuat(Vec3(), eye, rotation));
  return { position, up: Vec3.transformQuat(Vec3(), from.up, rotation) };
}

/** The same view from nearer. */
export function zoomed(from: Camera.Snapshot, factor: number): Partial<Camera.Snapshot> {
  const eye = Vec3.scale(Vec3(), Vec3.sub(Vec3(), from.position, from.target), 1 / factor);
  return { position: Vec3.add(Vec3(), from.target, eye) };
}
