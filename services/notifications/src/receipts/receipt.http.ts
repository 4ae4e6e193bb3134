import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { Open } from '@arrears/auth';
import type { Clock } from '@arrears/clock';
import type { Invariant } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { invalidInput, problem, type ArrearsRequest } from '@arrears/service';
import { CLOCK, DATABASE, RECEIPT_SECRETS, VIOLATED, type ReceiptSecrets } from '../tokens.js';
import { receiptSchema, takeReceipt } from './receipt.service.js';
import { checkSignature } from './signature.js';

/** Where providers report what became of a message. No token: the signature over the very bytes is the proof. */
@Controller('receipts')
export class ReceiptHttp {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RECEIPT_SECRETS) private readonly secrets: ReceiptSecrets,
    @Inject(VIOLATED) private readonly violated: (invariant: Invariant) => void,
  ) {}

  @Post(':provider')
  @HttpCode(200)
  @Open('a provider signs its receipts')
  async take(@Param('provider') provider: string, @Req() request: ArrearsRequest, @Body() body: unknown) {
    const secret = this.secrets.get(provider);
    if (secret === undefined) throw problem('not-found', 'There is no such provider.');
    const header = (name: string) => [request.headers[name]].flat()[0];
    const checked = checkSignature(
      secret,
      { signature: header('x-signature'), timestamp: header('x-timestamp') },
      request.rawBody ?? Buffer.alloc(0),
      this.clock.realNow(),
    );
    if (!checked.ok) throw problem('bad-signature', `The receipt's signature is refused: ${checked.why}.`);
    const receipt = receiptSchema.safeParse(body);
    if (!receipt.success) throw invalidInput(receipt.error.issues);
    const parts = { db: this.db, clock: this.clock, violated: this.violated };
    const answer = await takeReceipt(parts, provider, receipt.data);
    if (answer === 'unknown-message')
      throw problem('not-found', 'No message of this provider has that client reference.');
    return { answer };
  }
}
