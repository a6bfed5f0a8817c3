// A payload that cannot be decoded must not fail every workflow task that follows it: the Web UI itself offers
// an encoding (json/protobuf) that the default converter refuses. What cannot be read becomes { undecodable }.
// CommonJS because the worker loads it with require, beside the workflow bundle.
const { defaultPayloadConverter } = require('@temporalio/common');

/** @type {import('@temporalio/common').PayloadConverter} */
exports.payloadConverter = {
  toPayload: (...args) => defaultPayloadConverter.toPayload(...args),
  fromPayload: (...args) => {
    try {
      return defaultPayloadConverter.fromPayload(...args);
    } catch (error) {
      return { undecodable: error instanceof Error ? error.message.slice(0, 200) : 'not readable' };
    }
  },
};
