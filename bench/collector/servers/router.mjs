import express from 'express';
import { MOUNT } from '../site.mjs';
import { openCollector } from './open-collector.mjs';
import { serve } from './serve.mjs';

/** Inside somebody's Express app, behind its body parser. */

const collector = await openCollector();
const app = express();
app.use(express.json());
app.use(MOUNT, collector.router);

serve(app, () => collector.close());
