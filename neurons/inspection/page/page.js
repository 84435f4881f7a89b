"use strict";
// The page: it replays the steps that Python recorded. It computes nothing of the network but the products w * i.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const PHASES = [
    ["forward", "the inputs become an output"],
    ["loss", "how wrong is the output?"],
    ["backward", "who is to blame, and how much?"],
    ["step", "each weight moves a little"],
  ];
  const MOST_DRAWN = 8; // neurons of a layer drawn as boxes; a page with a larger layer has heat grids
  const byId = (id) => document.getElementById(id);
  const steps = data.steps.map(([phase, where, fn, line, numLines, layer, neuron, weight, folded, numbers, changes]) => ({
    phase, where: data.wheres[where], fn: data.functions[fn], line, numLines, layer, neuron, weight, folded, numbers, changes,
  }));
  const last = steps.length - 1;
  const neurons = [];
  data.layers.forEach((layer, l) => layer.neurons.forEach((neuron, j) => {
    neurons.push({ ...neuron, l, j, act: layer.act, n: data.sizes[l] });
  }));
  const neuronAt = (l, j) => neurons.find((one) => one.l === l && one.j === j);

  // ---- every number at every step: for each name, when it was set and to what
  const history = new Map();
  const set = (key, at, value) => {
    if (!history.has(key)) history.set(key, []);
    history.get(key).push([at, value]);
  };
  data.inputs.forEach((value, i) => set(`x[${i}]`, -1, value));
  neurons.forEach((neuron) => {
    neuron.w.forEach((weight, i) => set(`${neuron.name}.w[${i}]`, -1, weight));
    set(`${neuron.name}.b`, -1, neuron.b);
  });
  steps.forEach((step, at) => {
    for (const [key, value, values] of step.changes) {
      if (values) {
        values.forEach((one, i) => set(`${key}[${value + i}]`, at, one));
      } else if (value === null || Array.isArray(value) || (typeof value === "object" && value)) {
        // a whole list: made anew and not yet filled, or forgotten
        set(key, at, value);
        for (let i = 0; history.has(`${key}[${i}]`); i++) set(`${key}[${i}]`, at, null);
      } else {
        set(key, at, value);
      }
    }
    const source = step.fn.lines[step.line - step.fn.first] || "";
    const neuron = step.layer >= 0 && step.neuron >= 0 ? neuronAt(step.layer, step.neuron) : null;
    if (neuron && step.phase === 0 && step.where === neuron.name && step.weight >= 0 && !source.trim().startsWith("for ")) {
      set(`${neuron.name}.summed[${step.weight}]`, at, 1);
    }
  });
  const known = (key, at) => {
    const entries = history.get(key);
    let value = null;
    if (entries) {
      let low = 0, high = entries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (entries[middle][0] <= at) low = middle + 1; else high = middle;
      }
      if (low) value = entries[low - 1][1];
    }
    return value;
  };
  const setAt = (key, at) => (history.get(key) || []).some((entry) => entry[0] === at);
  const keyOf = { z: "linear_activation", a: "activation", da: "output_gradient", slope: "activation_gradient", error: "error" };

  // ---- numbers in words
  const show = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value !== "number") return String(value);
    if (value === 0) return "0";
    const size = Math.abs(value);
    // seven or eight characters, whatever the number: there is room for no more
    let text = size.toFixed(size < 10 ? 4 : size < 100 ? 3 : size < 1000 ? 2 : 1);
    if (size < 0.001 || size >= 10000) {
      for (let digits = 2; digits >= 0 && (digits === 2 || text.length > 7); digits--) text = size.toExponential(digits);
    }
    return (value < 0 ? "-" : "+") + text;
  };
  const showShort = (value) => (typeof value !== "number" ? "" : value === 0 ? "0" : (value < 0 ? "-" : "+") + (Math.abs(value) < 10 ? Math.abs(value).toFixed(2) : Math.abs(value).toPrecision(2)));
  const showAny = (value) => {
    if (value === null) return "None";
    if (Array.isArray(value)) return `[${value.map(showAny).join(", ")}]`;
    if (typeof value === "object") return `[${value.first.map(showAny).join(", ")}, ...] (${value.length} numbers)`;
    return typeof value === "boolean" ? (value ? "True" : "False") : show(value);
  };
  const sign = (value) => (typeof value === "number" && value < 0 ? "minus" : "plus");

  // ---- elements
  const SVG = "http://www.w3.org/2000/svg";
  const draw = (tag, attributes, parent, text) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const make = (tag, attributes, parent, text) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const put = (element, text) => { if (element.textContent !== text) element.textContent = text; };

  // ---- what the page is in
  const state = { at: 0, playing: null, pinned: null, asked: null, focus: neurons[0] };
  const focuses = []; // the active neuron of each step, or the last that was active
  for (const step of steps) {
    const active = step.layer >= 0 && step.neuron >= 0;
    focuses.push(active ? neuronAt(step.layer, step.neuron) : focuses[focuses.length - 1] || neurons[0]);
  }

  // ---- the drawing
  const large = data.sizes.some((size) => size > MOST_DRAWN);
  const drawing = large ? heatDrawing() : boxDrawing();
  byId("network").append(drawing.svg);
  if (drawing.width > 744) document.body.classList.add("wide");

  function numberText(parent, x, y, key, more = {}) {
    const text = draw("text", { x, y, "data-key": key, ...more.attributes }, parent);
    return { text, key, signed: more.signed, prefix: more.prefix || "" };
  }

  function updateNumbers(numbers, at) {
    for (const { text, key, signed, prefix } of numbers) {
      const value = known(key, at);
      put(text, value === null ? "" : prefix + show(value));
      if (value === null) text.removeAttribute("data-value"); else text.setAttribute("data-value", value);
      text.classList.toggle("fresh", setAt(key, at));
      if (signed) {
        text.classList.toggle("plus-text", value !== null && value >= 0);
        text.classList.toggle("minus-text", value !== null && value < 0);
      }
    }
  }

  function activate(element, action) {
    element.addEventListener("click", action);
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        event.stopPropagation();
        action();
      }
    });
  }

  // z, a and dL/dz of one neuron in a box, in the drawing of boxes and in that of heat grids
  function neuronBox(parent, x, y, width, name, numbers) {
    draw("rect", { class: "box", x, y, width, height: 66, rx: 9 }, parent);
    const title = draw("text", { class: "title", x: x + width / 2, y: y + 15, "text-anchor": "middle" }, parent, short(name, 13));
    [["z", "z"], ["a", "a"], ["error", "dL/dz"]].forEach(([key, label], i) => {
      draw("text", { class: "soft", x: x + 7, y: y + 31 + 14.5 * i }, parent, label);
      const attributes = { "text-anchor": "end" };
      numbers.push(numberText(parent, x + width - 7, y + 31 + 14.5 * i, name && `${name}.${keyOf[key]}`, { attributes, signed: key === "error" }));
    });
    return title;
  }

  function short(text, length) {
    return text.length > length ? `${text.slice(0, length - 2)}..` : text;
  }

  function lossBox(parent, x, y, width, numbers) {
    const box = draw("g", {}, parent);
    draw("rect", { class: "box", x, y, width, height: 36, rx: 9, "stroke-dasharray": "2 2" }, box);
    draw("text", { class: "title", x: x + 9, y: y + 23 }, box, "loss L");
    numbers.push(numberText(box, x + width - 9, y + 23, "loss.value", { attributes: { "text-anchor": "end" } }));
    return box;
  }

  function boxDrawing() {
    const ROW = 15, GAP = 12, INPUT = 104, PORTS = 144, W_ENDS = 76, BOX = 116, SPACE = 50, TOP = 46, LOSS = 52;
    const heights = data.layers.map((layer, l) => Math.max(66, ROW * (data.sizes[l] + 1) + 4));
    const totals = data.layers.map((layer, l) => (heights[l] + GAP) * layer.neurons.length - GAP);
    totals[totals.length - 1] += LOSS;
    const inputTotal = data.sizes[0] * 44 - 14;
    const height = Math.max(inputTotal, ...totals);
    const width = 8 + INPUT + data.layers.length * (SPACE + PORTS + BOX) + 8;
    const svg = draw("svg", { width, height: height + TOP + 12, viewBox: `0 0 ${width} ${height + TOP + 12}` });
    const edges = draw("g", {}, svg), numbers = [], groups = [], rows = [], lines = [];
    let ends = [];
    draw("text", { class: "head", x: 8 + INPUT / 2, y: 16, "text-anchor": "middle" }, svg, "inputs");
    const start = TOP + (height - inputTotal) / 2;
    data.inputs.forEach((value, i) => {
      const y = start + 44 * i, group = draw("g", {}, svg);
      draw("rect", { class: "box", x: 8, y, width: INPUT, height: 30, rx: 15 }, group);
      draw("text", { class: "soft", x: 17, y: y + 19.5 }, group, `x[${i}]`);
      numbers.push(numberText(group, 8 + INPUT - 9, y + 19.5, `x[${i}]`, { attributes: { "text-anchor": "end" } }));
      ends.push([8 + INPUT, y + 15]);
    });
    data.layers.forEach((layer, l) => {
      const portsX = 8 + INPUT + l * (SPACE + PORTS + BOX) + SPACE, boxX = portsX + PORTS;
      const top = TOP + (height - totals[l]) / 2, next = [], n = data.sizes[l];
      draw("text", { class: "head", x: portsX + (PORTS + BOX) / 2, y: 16, "text-anchor": "middle" }, svg, `${short(layer.name, 14)}: ${short(layer.act, 14)}`);
      draw("text", { class: "head", x: portsX + W_ENDS, y: 36, "text-anchor": "end" }, svg, "w");
      draw("text", { class: "head", x: portsX + PORTS - 4, y: 36, "text-anchor": "end" }, svg, "dL/dw");
      layer.neurons.forEach((one, j) => {
        const neuron = neuronAt(l, j), y = top + j * (heights[l] + GAP), h = heights[l], portsTop = y + (h - ROW * (n + 1)) / 2;
        draw("rect", { class: "ports", x: portsX, y: portsTop, width: PORTS + 10, height: ROW * (n + 1), rx: 5 }, svg);
        for (let i = 0; i <= n; i++) {
          const name = i < n ? `${one.name}.w[${i}]` : `${one.name}.b`;
          const gradient = i < n ? `${one.name}.gradients[${i}]` : `${one.name}.bias_gradient`;
          const rowY = portsTop + ROW * i, group = draw("g", { role: "button", tabindex: -1, "data-why": name, "aria-label": `why is the gradient of ${name} what it is?` }, svg);
          const row = draw("rect", { class: "row", x: portsX, y: rowY, width: PORTS, height: ROW, rx: 3 }, group);
          group.style.cursor = "pointer";
          draw("text", { class: "soft", x: portsX + 5, y: rowY + 11.5, "pointer-events": "none" }, group, i < n ? String(i) : "b");
          const attributes = { "text-anchor": "end", "pointer-events": "none" };
          numbers.push(numberText(group, portsX + W_ENDS, rowY + 11.5, name, { attributes, signed: true }));
          numbers.push(numberText(group, portsX + PORTS - 4, rowY + 11.5, gradient, { attributes, signed: true }));
          activate(group, () => ask(name, group));
          rows.push({ row, neuron, i, name });
          if (i < n) {
            const [x1, y1] = ends[i], x2 = portsX, y2 = rowY + ROW / 2, middle = (x1 + x2) / 2;
            const line = draw("path", { class: "edge", d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` }, edges);
            lines.push({ line, neuron, i, key: name });
          }
        }
        const group = draw("g", { role: "button", tabindex: 0, class: "clickable", "data-neuron": one.name }, svg);
        const boxY = y + (h - 66) / 2;
        neuronBox(group, boxX, boxY, BOX, one.name, numbers);
        activate(group, () => pin(neuron));
        groups.push({ group, neuron });
        next.push([boxX + BOX, boxY + 33]);
      });
      ends = next;
    });
    const outputs = data.layers.length - 1;
    const lossX = ends[0][0] - BOX - PORTS + 60, lossY = TOP + (height - totals[outputs]) / 2 + totals[outputs] - 36;
    const loss = lossBox(svg, lossX, lossY, BOX + PORTS - 60, numbers);
    const scale = (key) => Math.abs(known(key, state.at));
    const largest = Math.max(...lines.map(({ key }) => Math.abs(history.get(key)[0][1])), 1e-9);
    const update = (step) => {
      updateNumbers(numbers, state.at);
      for (const { group, neuron } of groups) {
        const active = isActive(neuron, step);
        group.classList.toggle("active", active);
        group.classList.toggle("pinned", neuron === state.pinned);
        group.setAttribute("aria-label", words(neuron, step));
      }
      loss.classList.toggle("active", step.where === "loss");
      for (const { row, neuron, i, name } of rows) {
        row.classList.toggle("active", isActive(neuron, step) && step.weight === i);
        row.classList.toggle("asked", state.asked === name);
      }
      for (const { line, neuron, i, key } of lines) {
        const weight = known(key, state.at), active = isActive(neuron, step);
        line.setAttribute("class", `edge ${sign(weight)}${active ? " of-active" : ""}${active && step.weight === i ? " now" : ""}`);
        line.setAttribute("stroke-width", (1 + 2.5 * Math.min(scale(key) / largest, 1)).toFixed(2));
      }
      markEdge(lines.find(({ neuron, i }) => isActive(neuron, step) && step.weight === i));
    };
    const glow = draw("path", { class: "halo edge-halo" });
    edges.prepend(glow);
    const markEdge = (found) => {
      glow.classList.toggle("active", Boolean(found));
      if (found) glow.setAttribute("d", found.line.getAttribute("d"));
    };
    return { svg, width, ports: PORTS, update };
  }

  function heatDrawing() {
    const CARD_ROWS = 8, width = 742, TOP = 44;
    const columns = [{ name: "x", count: data.sizes[0], key: (i) => `x[${i}]` }];
    data.layers.forEach((layer) => columns.push({ name: layer.name, act: layer.act, count: layer.neurons.length, key: (i) => `${layer.neurons[i].name}.activation`, neurons: layer.neurons }));
    columns.forEach((column) => {
      column.across = column.count <= 10 ? 1 : Math.ceil(Math.sqrt(column.count));
      column.down = Math.ceil(column.count / column.across);
      column.text = column.count <= 36;
      column.cellWidth = column.text ? 44 : Math.max(2, Math.floor(196 / column.across));
      column.cellHeight = column.text ? 22 : column.cellWidth;
      column.width = column.cellWidth * column.across;
      column.height = column.cellHeight * column.down;
    });
    const height = Math.max(...columns.map((column) => column.height));
    const used = columns.reduce((sum, column) => sum + column.width, 0);
    const total = Math.max(width, used + 60 * columns.length);
    const space = (total - used - 95) / (columns.length - 1);
    const cardTop = TOP + height + 40, cardHeight = Math.max(118, 17 * (CARD_ROWS + 2) + 8);
    const fullHeight = cardTop + cardHeight + 48;
    const svg = draw("svg", { width: total, height: fullHeight, viewBox: `0 0 ${total} ${fullHeight}` });
    const wires = draw("g", {}, svg), numbers = [], cells = [];
    let x = 30;
    columns.forEach((column, c) => {
      column.x = x;
      column.y = TOP + (height - column.height) / 2;
      const label = c ? `${short(column.name, 14)}: ${short(column.act, 14)}` : `inputs x`;
      draw("text", { class: "head", x: x + column.width / 2, y: column.y - 24, "text-anchor": "middle" }, svg, label);
      draw("text", { class: "head", x: x + column.width / 2, y: column.y - 8, "text-anchor": "middle" }, svg, String(column.count));
      column.centre = (i) => [column.x + column.cellWidth * ((i % column.across) + 0.5), column.y + column.cellHeight * (Math.floor(i / column.across) + 0.5)];
      if (!column.text) {
        draw("rect", { class: "box", x: x - 1, y: column.y - 1, width: column.width + 2, height: column.height + 2 }, svg);
        column.heat = draw("g", { role: "img", "aria-label": label }, svg);
      }
      for (let i = 0; column.text && i < column.count; i++) {
        const [cx, cy] = column.centre(i), neuron = c ? neuronAt(c - 1, i) : null;
        const group = draw("g", neuron ? { role: "button", tabindex: 0, class: "clickable", "data-neuron": neuron.name } : {}, svg);
        draw("rect", { class: "box", x: cx - column.cellWidth / 2 + 1, y: cy - column.cellHeight / 2 + 1, width: column.cellWidth - 2, height: column.cellHeight - 2, rx: 4 }, group);
        const text = draw("text", { class: "soft", x: cx, y: cy + 4, "text-anchor": "middle", "data-short": column.key(i) }, group);
        if (neuron) activate(group, () => pin(neuron));
        cells.push({ group, text, key: column.key(i), neuron });
      }
      x += column.width + space;
    });
    // the neuron in focus, drawn out
    const cardX = 46, cardRight = cardX + 296, card = draw("g", {}, svg);
    const ports = draw("rect", { class: "ports", x: cardX, y: cardTop + 17, width: 304, rx: 5 }, card);
    const rest = draw("text", { class: "head", x: cardX + 4 }, card);
    const headY = cardTop + 10;
    draw("text", { class: "head", x: cardX + 218, y: headY, "text-anchor": "end" }, card, "w");
    draw("text", { class: "head", x: cardX + 290, y: headY, "text-anchor": "end" }, card, "dL/dw");
    const inputHead = draw("text", { class: "head", x: cardX + 146, y: headY, "text-anchor": "end" }, card, "i");
    inputHead.setAttribute("aria-hidden", "true");
    const rows = [];
    for (let r = 0; r <= CARD_ROWS; r++) {
      const y = cardTop + 17 + 17 * r, group = draw("g", { role: "button", tabindex: -1 }, card);
      const row = { group, back: draw("rect", { class: "row", x: cardX, y, width: 296, height: 17, rx: 3 }, group), y: y + 8.5, numbers: [] };
      row.label = draw("text", { class: "soft", x: cardX + 5, y: y + 12.5, "pointer-events": "none" }, group);
      for (const right of [146, 218, 290]) {
        row.numbers.push(numberText(group, cardX + right, y + 12.5, "", { attributes: { "text-anchor": "end", "pointer-events": "none" }, signed: right > 146 }));
      }
      activate(group, () => row.name && ask(row.name, group));
      row.wire = draw("path", { class: "edge" }, wires);
      row.mark = draw("rect", { class: "mark" }, svg);
      rows.push(row);
    }
    const boxGroup = draw("g", { class: "active" }, card), boxNumbers = [];
    const boxY = cardTop + 17 + (17 * (CARD_ROWS + 1) - 66) / 2;
    const title = neuronBox(boxGroup, cardRight, boxY, 116, "", boxNumbers);
    const toCell = draw("path", { class: "wire" }, wires);
    const pictures = ["its weights w", "its gradients dL/dw"].map((label, p) => {
      const px = cardRight + 142 + p * 130, py = cardTop + 18;
      const text = draw("text", { class: "head", x: px + 56, y: cardTop + 10, "text-anchor": "middle" }, svg, label);
      const frame = draw("rect", { class: "box", x: px - 1, y: py - 1, width: 114, height: 114 }, svg);
      return { x: px, y: py, text, frame, heat: draw("g", { role: "img", "aria-label": label }, svg), now: draw("rect", { class: "mark" }, svg) };
    });
    const lossColumn = columns[columns.length - 1];
    const lossX = Math.min(lossColumn.x + lossColumn.width / 2 - 76, total - 162);
    const loss = lossBox(svg, lossX, cardTop + cardHeight + 2, 152, numbers);

    const update = (step) => {
      updateNumbers(numbers, state.at);
      const focus = state.pinned || state.focus, column = columns[focus.l], own = columns[focus.l + 1];
      columns.forEach((one) => {
        if (one.heat) heat(one.heat, one.x, one.y, one.cellWidth, one.across, one.count, (i) => known(one.key(i), state.at));
      });
      for (const { group, text, key, neuron } of cells) {
        const value = known(key, state.at);
        put(text, showShort(value));
        if (value === null) text.removeAttribute("data-value"); else text.setAttribute("data-value", value);
        group.classList.toggle("active", Boolean(neuron) && isActive(neuron, step));
        group.classList.toggle("pinned", Boolean(neuron) && neuron === state.pinned);
        if (neuron) group.setAttribute("aria-label", words(neuron, step));
      }
      loss.classList.toggle("active", step.where === "loss");
      const shown = drawnOut(focus), more = focus.n - shown.length;
      ports.setAttribute("height", 17 * (shown.length + 1));
      // beneath the layer that the inputs come from; with the pictures of many weights there is no room to move
      const shift = focus.n > 36 ? 0 : Math.max(0, Math.min(column.x - 20, total - 16 - cardRight - 116 - 6));
      card.setAttribute("transform", `translate(${shift} 0)`);
      rest.setAttribute("y", cardTop + 17 * (shown.length + 2) + 15);
      put(rest, more ? `strongest ${shown.length} of ${focus.n}` : "");
      put(title, short(focus.name, 13));
      boxGroup.classList.toggle("active", isActive(focus, step));
      boxNumbers.forEach((number, i) => { number.key = `${focus.name}.${[keyOf.z, keyOf.a, keyOf.error][i]}`; });
      updateNumbers(boxNumbers, state.at);
      const largest = Math.max(...shown.map((i) => Math.abs(known(`${focus.name}.w[${i}]`, state.at))), 1e-9);
      rows.forEach((row, r) => {
        const i = r < shown.length ? shown[r] : r === shown.length ? focus.n : -1, isWeight = r < shown.length;
        row.group.style.display = i < 0 ? "none" : "";
        row.wire.style.display = row.mark.style.display = isWeight ? "" : "none";
        row.name = i < 0 ? null : isWeight ? `${focus.name}.w[${i}]` : `${focus.name}.b`;
        if (i < 0) return;
        const input = focus.l ? `${neuronAt(focus.l - 1, Math.min(i, column.count - 1)).name}.activation` : `x[${i}]`;
        row.group.setAttribute("data-why", row.name);
        row.group.setAttribute("aria-label", `why is the gradient of ${row.name} what it is?`);
        put(row.label, isWeight ? `w[${i}]` : "b");
        row.numbers[0].key = isWeight ? input : "";
        row.numbers[1].key = row.name;
        row.numbers[2].key = isWeight ? `${focus.name}.gradients[${i}]` : `${focus.name}.bias_gradient`;
        updateNumbers(row.numbers, state.at);
        row.back.classList.toggle("active", isActive(focus, step) && step.weight === i);
        row.back.classList.toggle("asked", state.asked === row.name);
        if (!isWeight) return;
        const weight = known(row.name, state.at), [cx, cy] = column.centre(i);
        // down from the cell, along above the card, and down beside it: the first row's way is the innermost
        const bus = cardTop - 10 - 3 * r, side = cardX + shift - 10 - 3 * r, port = cardX + shift;
        row.wire.setAttribute("d", `M${cx} ${cy}V${bus - 7}Q${cx} ${bus} ${cx - 7} ${bus}H${side + 7}Q${side} ${bus} ${side} ${bus + 7}V${row.y - 7}Q${side} ${row.y} ${side + 7} ${row.y}H${port}`);
        row.wire.setAttribute("class", `edge ${sign(weight)} of-active`);
        row.wire.setAttribute("stroke-width", (1 + 2 * Math.abs(weight) / largest).toFixed(2));
        for (const [name, value] of Object.entries({ x: cx - column.cellWidth / 2, y: cy - column.cellHeight / 2, width: column.cellWidth, height: column.cellHeight, rx: column.text ? 4 : 0 })) row.mark.setAttribute(name, value);
      });
      const [ox, oy] = own.centre(focus.j), from = cardRight + shift + 58;
      toCell.setAttribute("d", `M${from} ${boxY}C${from} ${cardTop - 60} ${ox} ${cardTop} ${ox} ${oy + own.cellHeight / 2}`);
      pictures.forEach((picture, p) => {
        const visible = focus.n > 36;
        for (const element of [picture.text, picture.frame, picture.heat, picture.now]) element.style.display = visible ? "" : "none";
        if (!visible) return;
        const size = 112 / column.across, key = p ? "gradients" : "w";
        heat(picture.heat, picture.x, picture.y, size, column.across, focus.n, (i) => known(`${focus.name}.${key}[${i}]`, state.at));
        const at = isActive(focus, step) && step.weight >= 0 && step.weight < focus.n ? step.weight : -1;
        picture.now.style.display = at < 0 ? "none" : "";
        if (at >= 0) for (const [name, value] of Object.entries({ x: picture.x + (at % column.across) * size, y: picture.y + Math.floor(at / column.across) * size, width: size, height: size })) picture.now.setAttribute(name, value);
      });
    };
    return { svg, width: total, ports: 0, update };

  }

  // the weights drawn out in the card: those with the largest products w * i
  function drawnOut(neuron) {
    const shown = data.strongest[neuron.l][neuron.j];
    if (shown.length <= 8) return shown;
    const input = (i) => known(neuron.l ? `${neuronAt(neuron.l - 1, i).name}.activation` : `x[${i}]`, last);
    const size = (i) => Math.abs(neuron.w[i] * input(i));
    return [...shown].sort((i, other) => size(other) - size(i)).slice(0, 8).sort((i, other) => i - other);
  }

  // A grid of numbers: the darker the larger; plus is a full square, minus a bar, so that no colour is needed.
  function heat(group, x, y, size, across, count, valueOf) {
    const LEVELS = 8, paths = {}, values = [];
    let largest = 0;
    for (let i = 0; i < count; i++) {
      values.push(valueOf(i));
      largest = Math.max(largest, Math.abs(values[i] || 0));
    }
    values.forEach((value, i) => {
      const level = largest ? Math.round((Math.abs(value || 0) / largest) * LEVELS) : 0;
      if (!level) return;
      const left = (x + (i % across) * size).toFixed(1), top = y + Math.floor(i / across) * size, high = value < 0 ? size * 0.4 : size;
      const key = `${value < 0 ? "minus" : "plus"} ${level}`;
      paths[key] = `${paths[key] || ""}M${left} ${(top + (size - high) / 2).toFixed(1)}h${size.toFixed(1)}v${high.toFixed(1)}h-${size.toFixed(1)}z`;
    });
    group.replaceChildren();
    for (const [key, d] of Object.entries(paths)) {
      const [side, level] = key.split(" ");
      draw("path", { class: `heat-${side}`, d, opacity: (level / LEVELS).toFixed(2) }, group);
    }
  }

  function isActive(neuron, step) {
    return step.layer === neuron.l && step.neuron === neuron.j;
  }

  function words(neuron, step) {
    const parts = [neuron.name + (isActive(neuron, step) ? ", active" : "")];
    for (const [label, key] of [["z", keyOf.z], ["a", keyOf.a], ["dL/dz", keyOf.error]]) {
      const value = known(`${neuron.name}.${key}`, state.at);
      if (value !== null) parts.push(`${label} ${show(value)}`);
    }
    return `${parts.join(", ")}; show all its numbers`;
  }

  // ---- the table of the neuron in focus
  const table = { neuron: null, numbers: [], rows: [] };

  function buildTable(neuron) {
    const body = byId("neuron-body");
    body.replaceChildren();
    Object.assign(table, { neuron, numbers: [], rows: [] });
    const shown = data.strongest[neuron.l][neuron.j];
    const first = make("table", {}, body), head = make("tr", {}, make("thead", {}, first));
    for (const label of ["", "i", "w", "w * i", "dL/dw", "dL/di"]) make("th", { scope: "col" }, head, label);
    const rows = make("tbody", {}, first);
    for (const i of [...shown, neuron.n]) {
      const isWeight = i < neuron.n, name = isWeight ? `${neuron.name}.w[${i}]` : `${neuron.name}.b`;
      const row = make("tr", {}, rows), button = make("button", { type: "button", "data-why": name, "aria-label": `why is the gradient of ${name} what it is?` }, make("td", {}, row), isWeight ? `w[${i}]` : "b");
      button.addEventListener("click", () => ask(name, button));
      const input = neuron.l ? isWeight && `${neuronAt(neuron.l - 1, i).name}.activation` : `x[${i}]`;
      const keys = isWeight
        ? [input, name, "product", `${neuron.name}.gradients[${i}]`, `${neuron.name}.input_gradients[${i}]`]
        : [null, name, null, `${neuron.name}.bias_gradient`, null];
      keys.forEach((key) => {
        const cell = make("td", { class: "num" }, row);
        if (key) table.numbers.push({ cell, key, input, name, i });
      });
      table.rows.push({ row, i });
    }
    if (shown.length < neuron.n) {
      const cell = make("td", { class: "left", colspan: 6 }, make("tr", {}, rows));
      make("span", {}, cell, `and ${neuron.n - shown.length} weights with smaller products w * i`).className = "unit";
    }
    const second = make("table", {}, body), factors = make("tbody", {}, second);
    const facts = [
      ["z", "linear_activation", "sum of w * i, plus b"],
      ["a", "activation", `${neuron.act}(z)`],
      ["dL/da", "output_gradient", neuron.l === data.layers.length - 1 ? "from the loss" : "from the next layer"],
      ["da/dz", "activation_gradient", `slope of ${neuron.act} at z`],
      ["dL/dz", "error", "dL/da * da/dz"],
    ];
    for (const [symbol, word, meaning] of facts) {
      const row = make("tr", {}, factors);
      make("td", { title: word }, row, symbol);
      table.numbers.push({ cell: make("td", { class: "num" }, row), key: `${neuron.name}.${word}` });
      make("td", { class: "left" }, row, meaning);
    }
  }

  function updateTable(step) {
    const neuron = state.pinned || state.focus;
    if (table.neuron !== neuron) buildTable(neuron);
    put(byId("neuron-title"), `${neuron.name}${isActive(neuron, step) ? ", at work now" : ""}`);
    const summed = known(`${neuron.name}.linear_activation`, state.at) !== null;
    for (const { cell, key, input, name, i } of table.numbers) {
      let value = key === "product" ? null : known(key, state.at);
      if (key === "product" && (summed || known(`${neuron.name}.summed[${i}]`, state.at) !== null)) {
        const weight = known(name, state.at);
        // of the pass: once the step has moved the weight, it is no longer this weight's product
        if (weight === history.get(name)[0][1]) value = known(input, state.at) * weight;
      }
      put(cell, show(value));
      if (value === null) cell.removeAttribute("data-value"); else cell.setAttribute("data-value", value);
      cell.setAttribute("data-key", key);
      cell.classList.toggle("minus-text", value < 0);
      cell.style.fontWeight = setAt(key, state.at) ? "700" : "";
    }
    for (const { row, i } of table.rows) row.classList.toggle("active", isActive(neuron, step) && step.weight === i);
  }

  // ---- the code
  let codeShown = null;
  function updateCode(step) {
    const list = byId("lines"), fn = step.fn;
    if (codeShown !== fn) {
      codeShown = fn;
      list.replaceChildren();
      put(byId("code-title"), `${fn.name} in ${fn.file}`);
      let inText = false;
      fn.lines.forEach((line, i) => {
        const item = make("li", {}, list), marks = line.split('"""').length - 1;
        make("span", { class: "no", "aria-hidden": "true" }, item, String(fn.first + i));
        const code = make("code", {}, item), hash = line.indexOf("  # ");
        if (inText || marks) item.className = "aside";
        if (marks % 2) inText = !inText;
        if (line.trim().startsWith("#")) item.className = "aside";
        // a line too long for the column goes on a little further in
        const inset = line.length - line.trimStart().length + 4;
        code.style.paddingLeft = `${inset}ch`;
        code.style.textIndent = `-${inset}ch`;
        code.textContent = hash > 0 ? line.slice(0, hash) : line || " ";
        if (hash > 0) make("span", { class: "comment" }, code, line.slice(hash));
      });
    }
    let active = null;
    [...list.children].forEach((item, i) => {
      const on = fn.first + i >= step.line && fn.first + i < step.line + step.numLines;
      item.classList.toggle("active", on);
      if (on) item.setAttribute("aria-current", "true"); else item.removeAttribute("aria-current");
      if (on && !active) active = item;
    });
    if (active) {
      const top = active.offsetTop, room = list.clientHeight;
      if (top < list.scrollTop + 20 || top + active.offsetHeight > list.scrollTop + room - 20) list.scrollTop = top - room / 2;
    }
  }

  function changeWords(step, at) {
    return step.changes.map(([key, value, values]) => {
      if (values) return `${key}[${value}] to [${value + values.length - 1}]: ${values.length} numbers`;
      const entries = history.get(key) || [], place = entries.findIndex((entry) => entry[0] === at);
      const before = place > 0 ? entries[place - 1][1] : null;
      const from = typeof before === "number" && typeof value === "number" ? `${show(before)} to ` : "";
      return `${key}: ${from}${showAny(value)}`;
    });
  }

  const sourceOf = (step) => {
    const lines = step.fn.lines.slice(step.line - step.fn.first, step.line - step.fn.first + step.numLines);
    const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length));
    return lines.map((line) => line.slice(indent)).join("\n").replace(/  # .*$/, "");
  };

  // A drawing that is wider than the page goes along with the active neuron.
  function follow() {
    const frame = byId("network"), active = frame.querySelector("g.active");
    if (!active) return;
    const box = active.getBoundingClientRect(), view = frame.getBoundingClientRect(), left = box.left - drawing.ports;
    if (left < view.left || box.right > view.right) frame.scrollLeft += (left + box.right - view.left - view.right) / 2;
  }

  // ---- showing a step
  function update() {
    const at = state.at, step = steps[at], source = sourceOf(step);
    state.focus = focuses[at];
    drawing.update(step);
    follow();
    updateTable(step);
    updateCode(step);
    put(byId("now-title"), `${step.where}: ${step.fn.name}, line ${step.line}`);
    put(byId("line"), source);
    put(byId("numbers"), step.numbers || "no numbers in this line");
    byId("numbers").classList.toggle("none", !step.numbers);
    const changes = changeWords(step, at), list = byId("changes");
    list.replaceChildren();
    (changes.length ? changes : ["nothing on the neurons"]).forEach((text) => make("li", {}, list, text));
    put(byId("position"), `step ${at + 1} of ${steps.length}`);
    byId("slider").value = at;
    byId("slider").setAttribute("aria-valuetext", `step ${at + 1} of ${steps.length}, ${PHASES[step.phase][0]}`);
    document.body.dataset.at = at;
    document.body.dataset.line = step.line;
    document.body.dataset.phase = PHASES[step.phase][0];
    [...byId("phases").children].forEach((item, i) => {
      const button = item.firstChild;
      if (i === step.phase) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
      button.classList.toggle("past", i < step.phase);
    });
    // a disabled button loses the focus, so the ends are only announced
    byId("back").setAttribute("aria-disabled", at === 0);
    byId("forward").setAttribute("aria-disabled", at === last);
    byId("next-neuron").setAttribute("aria-disabled", nextNeuron(at) < 0);
    byId("next-phase").setAttribute("aria-disabled", nextPhase(at) < 0);
    if (!state.playing) {
      const changed = changes.length ? ` Changed: ${changes.join("; ")}.` : "";
      put(byId("say"), `Step ${at + 1} of ${steps.length}, ${PHASES[step.phase][0]}. ${step.where}, ${step.fn.name}, line ${step.line}: ${source}. With its numbers: ${step.numbers || "none"}.${changed}`);
    }
    if (state.asked) updateWhy();
  }

  function go(at) {
    at = Math.max(0, Math.min(last, at));
    if (at === state.at) return;
    state.at = at;
    state.pinned = null;
    update();
  }

  // The first step of each visit to a neuron: another neuron than the last one, or the same in another phase.
  const visits = [];
  let before = null;
  steps.forEach((step, at) => {
    const neuron = neurons.find((one) => one.name === step.where);
    if (!neuron) return;
    if (!before || before.neuron !== neuron || before.phase !== step.phase) visits.push(at);
    before = { neuron, phase: step.phase };
  });
  const firsts = PHASES.map((_, phase) => steps.findIndex((step) => step.phase === phase));
  const after = (places, at) => places.find((place) => place > at) ?? -1;
  const nextNeuron = (at) => after(visits, at);
  const nextPhase = (at) => after(firsts, at);
  const toNext = (at) => { if (at >= 0) go(at); };

  function play(on) {
    clearInterval(state.playing);
    state.playing = null;
    if (on && state.at === last) go(0);
    if (on) {
      state.playing = setInterval(() => {
        go(state.at + 1);
        if (state.at === last) play(false);
      }, Number(byId("pace").value));
    } else {
      update();
    }
    put(byId("play"), on ? "Pause" : "Play");
    byId("play").setAttribute("aria-pressed", String(Boolean(on)));
  }

  function pin(neuron) {
    state.pinned = state.pinned === neuron ? null : neuron;
    update();
  }

  // ---- why
  let asker = null;
  function ask(name, element) {
    if (state.playing) play(false);
    asker = element;
    state.asked = name;
    byId("why").hidden = false;
    update();
    byId("why-title").focus({ preventScroll: true });
    byId("why").scrollIntoView({ block: "nearest" });
  }

  function reached(name) {
    // the step at which the backward pass sets the gradient
    const key = name.endsWith(".b") ? `${name.slice(0, -2)}.bias_gradient` : name.replace(/\.w\[(\d+)\]$/, ".gradients[$1]");
    const entry = (history.get(key) || []).filter(([, value]) => typeof value === "number").pop();
    return entry ? entry[0] : -1;
  }

  const firstMove = steps.findIndex((step) => step.phase === 3 && step.changes.some(([key]) => /\.(w(\[\d+\])?|b)$/.test(key)));

  function updateWhy() {
    const name = state.asked, at = reached(name), text = data.why[name], go = byId("why-go"), waits = at > state.at;
    let title = `why is dL/d ${name} what it is?`, lines;
    go.hidden = !waits;
    if (waits) {
      lines = [`Not known yet: the backward pass comes to it in step ${at + 1}.`];
      put(go, `Go to step ${at + 1}`);
      go.dataset.at = at;
    } else if (text) {
      lines = text.split("\n");
      if (lines.length > 1) title = lines.shift();
      if (firstMove >= 0 && state.at >= firstMove) lines.push("  the step has moved weights since: these are the numbers of the pass, before it");
    } else {
      lines = [`It is in Python, not in this page, which has the strongest weights only: model.why("${name}")`];
    }
    put(byId("why-title"), title);
    const list = byId("why-text");
    list.replaceChildren();
    for (const line of lines) {
      const inset = line.length - line.trimStart().length + 4, item = make("span", {}, list, line || " ");
      item.style.paddingLeft = `${inset}ch`;
      item.style.textIndent = `-${inset}ch`;
    }
  }

  function closeWhy() {
    if (byId("why").hidden) return;
    byId("why").hidden = true;
    state.asked = null;
    update();
    if (asker && asker.isConnected) asker.focus({ preventScroll: true });
  }

  // ---- the page around it
  const example = data.inputs.length > 8 ? `${data.inputs.length} inputs` : `inputs ${data.inputs.map((value) => Number(value.toPrecision(6))).join(", ")}`;
  const label = Array.isArray(data.label) ? data.label.join(", ") : showAny(data.label);
  put(byId("about"), `${data.model}  \u00b7  one example: ${example}, label ${label}  \u00b7  learning rate ${data.learningRate}`);
  PHASES.forEach(([name, meaning], i) => {
    const button = make("button", { type: "button", id: `phase-${name}` }, make("li", {}, byId("phases")));
    make("b", {}, button, `${i + 1} ${name}`);
    make("span", {}, button, meaning);
    button.addEventListener("click", () => toNext(firsts[i]));
  });
  for (const [side, text] of [["plus", "weight above 0: solid"], ["minus", "below 0: dashed"]]) {
    const item = make("span", {}, byId("legend")), key = draw("svg", { width: 34, height: 10, "aria-hidden": "true" }, item);
    draw("path", { class: `edge ${side} of-active`, d: "M1 5H33", "stroke-width": 2.5 }, key);
    item.append(text);
  }
  make("span", {}, byId("legend"), large ? "grids: the stronger the colour the larger; a full square is above 0, a bar below" : "thicker: larger");
  make("span", {}, byId("legend"), "blank: not known yet");
  if (data.digits) {
    put(byId("condensed"), `Condensed: the middle rounds of each long loop are one step, the numbers of the weights are rounded to ${data.digits} digits, and why is here for the strongest weights of each neuron and the biases. model.why(...) in Python answers for all.`);
  }
  byId("slider").max = last;
  byId("slider").addEventListener("input", (event) => go(Number(event.target.value)));
  const actions = {
    back: () => go(state.at - 1),
    forward: () => go(state.at + 1),
    play: () => play(!state.playing),
    "next-neuron": () => toNext(nextNeuron(state.at)),
    "next-phase": () => toNext(nextPhase(state.at)),
  };
  for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
  byId("pace").addEventListener("change", () => { if (state.playing) play(true); });
  byId("why-close").addEventListener("click", closeWhy);
  byId("why-go").addEventListener("click", (event) => {
    go(Number(event.currentTarget.dataset.at));
    byId("why-title").focus({ preventScroll: true });
  });
  const keys = {
    ArrowLeft: actions.back, ArrowRight: actions.forward, " ": actions.play, n: actions["next-neuron"], p: actions["next-phase"],
    Home: () => go(0), End: () => go(last), Escape: closeWhy,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target, own = target.tagName;
    if (own === "SELECT" || (own === "INPUT" && event.key.length > 1 && event.key !== "Escape")) return; // they use these keys
    if (own === "BUTTON" && event.key === " ") return;
    if (target.id === "lines" && (event.key === "Home" || event.key === "End")) return; // it scrolls
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  update();
})();
