import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Finding } from '../../../daemon/redact/finding.ts';
import { createPresetScan, PRESET, PRESET_LEFT_OUT, ruleNameOf } from '../../../daemon/redact/preset.ts';
import { KNOWN_FORMATS } from './plantedSecrets.ts';

test('every rule of the preset is either run or left out for a reason', () => {
  assert.deepEqual(rules.map(ruleNameOf).sort(), [...Object.keys(PRESET), ...PRESET_LEFT_OUT].sort());
});

test('a rule that reports a wrong range is put right by the secret in its message', () => {
  // The library's AWS rule counts from the start of the name.
  const secret = `wJalrXUtnFEMI/K7MDENG/${'bPxRfiCYzz9876543210'.slice(0, 18)}`;
  assert.equal(secret.length, 40);
  const text = `x\naws_secret_access_key = ${secret}\ny`;
  const found: Finding[] = [];
  createPresetScan().scan(text, found);
  assert.deepEqual(
    found.map(({ start, end, rule }) => [text.slice(start, end), rule]),
    [[secret, 'aws-secret']],
  );
});

test('a text cannot switch the rules off', () => {
  const found: Finding[] = [];
  createPresetScan().scan(`// secretlint-disable\n${KNOWN_FORMATS.github}`, found);
  assert.equal(found.length, 1);
});
