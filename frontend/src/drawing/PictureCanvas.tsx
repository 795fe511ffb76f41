import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { paint } from "./paint";
import type { Picture } from "./picture";

/** A picture on a canvas, sharp on any screen; readers of the screen get their text elsewhere. */
export function PictureCanvas({ picture }: { picture: Picture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (canvas.current) paint(canvas.current, picture, window.devicePixelRatio || 1);
  }, [picture]);
  return <canvas ref={canvas} style={{ width: picture.width, height: picture.height }} />;
}

/** Follow the width of an element, in whole pixels; `usual` until it is known. */
export function useWidth<E extends HTMLElement>(usual: number) {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(usual);
  useLayoutEffect(() => {
    const measured = element.current;
    if (!measured) return;
    const read = () => setWidth(Math.floor(measured.clientWidth) || usual);
    read();
    const observer = new ResizeObserver(read);
    observer.observe(measured);
    return () => observer.disconnect();
  }, [usual]);
  return { element, width };
}
