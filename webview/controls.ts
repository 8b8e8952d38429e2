/**
 * Every button, text field, drop-down, check box, tab, badge and progress ring of the page, as templates. The only
 * file that knows the component library: replacing it means rewriting these functions and nothing else.
 */
import { html as fastHtml } from '@microsoft/fast-element';
import {
  Checkbox,
  Dropdown,
  Panels,
  provideVSCodeDesignSystem,
  TextField,
  vsCodeBadge,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { html, nothing, type TemplateResult } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import { live } from 'lit-html/directives/live.js';
import { formatCount } from './figures.ts';

type Content = TemplateResult | string | typeof nothing;

/** The library's own badge carries a style attribute, which the content security policy forbids. */
const badgeTemplate = fastHtml`<template class="circular"><div class="control" part="control"><slot></slot></div></template>`;

/** Makes the elements known to the browser. Once, before the first drawing. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeTextField(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeCheckbox(),
    vsCodePanels(),
    vsCodePanelTab(),
    vsCodePanelView(),
    vsCodeBadge({ template: badgeTemplate }),
    vsCodeProgressRing(),
  );
}

export interface ButtonOptions {
  readonly label: string;
  readonly look?: 'primary' | 'secondary' | 'icon';
  /** Without it the label itself is shown. */
  readonly content?: Content;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly name?: string;
  readonly onPress: () => void;
}

/** The label is the accessible name and the tooltip; `name` is a class to find and style it by. */
export function button(options: ButtonOptions): TemplateResult {
  const { label, look = 'secondary', content, pressed, expanded, name, onPress } = options;
  return html`<vscode-button
    class=${name ?? ''}
    appearance=${look}
    title=${label}
    aria-label=${label}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    aria-expanded=${expanded === undefined ? nothing : String(expanded)}
    @click=${(event: Event) => {
      event.stopPropagation();
      onPress();
    }}
    >${content ?? label}</vscode-button
  >`;
}

export interface TextFieldOptions {
  readonly label: string;
  readonly name: string;
  readonly placeholder: string;
  readonly value: string;
  readonly invalid?: boolean;
  readonly start?: Content;
  readonly onInput: (text: string) => void;
  /** Enter, Escape and ArrowDown only, with the text as it stands, which may be newer than what was last drawn. */
  readonly onKey?: (key: string, text: string) => void;
}

export function textField(options: TextFieldOptions): TemplateResult {
  const { label, name, placeholder, value, invalid, start, onInput, onKey } = options;
  return html`<vscode-text-field
    class=${name}
    aria-label=${label}
    placeholder=${placeholder}
    aria-invalid=${invalid === true ? 'true' : nothing}
    .value=${live(value)}
    @input=${(event: Event) => {
      if (event.target instanceof TextField) onInput(event.target.value);
    }}
    @keydown=${(event: KeyboardEvent) => {
      if (!['Enter', 'Escape', 'ArrowDown'].includes(event.key)) return;
      event.stopPropagation();
      event.preventDefault();
      onKey?.(event.key, event.target instanceof TextField ? event.target.value : value);
    }}
    >${start === undefined ? nothing : html`<span slot="start" class="field-icon">${start}</span>`}</vscode-text-field
  >`;
}

export interface CheckBoxOptions {
  readonly label: string;
  readonly hint: string;
  readonly name: string;
  readonly checked: boolean;
  readonly onChange: (on: boolean) => void;
}

export function checkBox({ label, hint, name, checked, onChange }: CheckBoxOptions): TemplateResult {
  return html`<vscode-checkbox
    class=${name}
    title=${hint}
    .checked=${live(checked)}
    @change=${(event: Event) => {
      if (event.target instanceof Checkbox && event.target.checked !== checked) onChange(event.target.checked);
    }}
    >${label}</vscode-checkbox
  >`;
}

export interface DropDownOptions<T extends string> {
  readonly label: string;
  readonly name: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}

export function dropDown<T extends string>({
  label,
  name,
  value,
  options,
  onChange,
}: DropDownOptions<T>): TemplateResult {
  // The library reads its options' choice once: other options make another element.
  const names = JSON.stringify(options);
  return html`${keyed(
    names,
    html`<vscode-dropdown
    class=${name}
    aria-label=${label}
    title=${label}
    .value=${live(value)}
    @change=${(event: Event) => {
      if (!(event.target instanceof Dropdown)) return;
      const chosen = event.target.value;
      const option = options.find((one) => one.value === chosen);
      if (option && option.value !== value) onChange(option.value);
    }}
    >${options.map(
      (option) =>
        html`<vscode-option value=${option.value} ?selected=${option.value === value}>${option.label}</vscode-option>`,
    )}</vscode-dropdown
  >`,
  )}`;
}

export interface TabsOptions<T extends string> {
  readonly label: string;
  readonly active: T;
  readonly tabs: readonly {
    readonly id: T;
    readonly label: string;
    readonly count?: number;
    readonly view: () => Content;
  }[];
  readonly onChange: (id: T) => void;
}

/** Only the active tab's view is drawn. */
export function tabs<T extends string>({ label, active, tabs: list, onChange }: TabsOptions<T>): TemplateResult {
  return html`<vscode-panels
    class="tabs"
    aria-label=${label}
    .activeid=${live(`tab-${active}`)}
    @change=${(event: Event) => {
      if (!(event.target instanceof Panels)) return;
      const chosen = event.target.activeid;
      const tab = list.find((one) => `tab-${one.id}` === chosen);
      if (tab && tab.id !== active) onChange(tab.id);
    }}
    >${list.map(
      (tab) =>
        html`<vscode-panel-tab id=${`tab-${tab.id}`}>${tab.label}${tab.count === undefined ? nothing : badge(formatCount(tab.count))}</vscode-panel-tab>`,
    )}${list.map(
      (tab) =>
        html`<vscode-panel-view id=${`view-${tab.id}`}>${tab.id === active ? tab.view() : nothing}</vscode-panel-view>`,
    )}</vscode-panels
  >`;
}

export function badge(text: string, label?: string): TemplateResult {
  return html`<vscode-badge title=${label ?? nothing} aria-label=${label ?? nothing}>${text}</vscode-badge>`;
}

/** Something is on its way; the words beside it say what. */
export function progressRing(label: string): TemplateResult {
  return html`<vscode-progress-ring aria-label=${label}></vscode-progress-ring>`;
}

/** Puts the keyboard into a text field that `textField` drew under this name. */
export function focusTextField(name: string): void {
  for (const field of document.querySelectorAll('vscode-text-field')) {
    if (field instanceof TextField && field.classList.contains(name)) {
      field.focus();
      field.control?.select();
    }
  }
}
