// The words beside the pointer: a name and, in bold, a figure.

export class Tip {
  constructor(box) {
    this.element = document.createElement("div");
    this.element.className = "map-tip";
    this.element.hidden = true;
    this.name = document.createElement("span");
    this.figure = document.createElement("b");
    this.element.append(this.name, this.figure);
    box.append(this.element);
  }

  show(text, point, figure = "") {
    this.name.textContent = text;
    this.figure.textContent = figure;
    this.element.classList.toggle("is-below", point.y < 48);
    this.element.style.left = `${point.x}px`;
    this.element.style.top = `${point.y}px`;
    this.element.hidden = false;
  }

  hide() {
    this.element.hidden = true;
  }
}
