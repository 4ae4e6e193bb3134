import { openClock } from '@arrears/clock';
import { onStop, required } from '../settings.js';
import { startCarriers } from './carriers.js';

const env = process.env;
const carriers = await startCarriers({
  port: Number(required(env, 'PORT')),
  dir: required(env, 'DATA_DIR'),
  apiKey: required(env, 'SMS_API_KEY'),
  receiptSecret: required(env, 'SMS_RECEIPT_SECRET'),
  callbackUrl: required(env, 'SMS_CALLBACK_URL'),
  clock: openClock(env),
});
onStop(carriers.close);
