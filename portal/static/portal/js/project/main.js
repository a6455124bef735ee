// Entry module of the staff's project page: the curve of the months, and the section nav that follows the reader.

import { drawCurves } from "./curve.js";
import { followSections } from "./sections.js";

drawCurves();
followSections();
