// Entry module of the staff's project page: the curve of the months, the section nav that follows the reader, photos.

import { drawCurves } from "./curve.js";
import { openPhotos, sendOnce } from "./photos.js";
import { followSections } from "./sections.js";

drawCurves();
followSections();
openPhotos();
sendOnce();
