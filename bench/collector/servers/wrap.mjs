import express from 'express';
import { MOUNT } from '../site.mjs';
import { openCollector } from './open-collector.mjs';
import { serve } from './serve.mjs';

/** In front of somebody's Express app. */

const collector = await openCollector();
const app = express();
app.use(express.json());
app.get('/', (_, res) => res.send('shop'));

serve(collector.wrap(app, MOUNT), () => collector.close());
