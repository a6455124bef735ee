// Entry module of the page of curves: the chart of the months. Everything else is the server's.

import { drawCurves } from "../project/curve.js";

drawCurves();
