"""The rows of one layer as they are read, held against the limits."""

from geodata.errors import TooLarge
from geodata.sandbox import wkb as wkb_format
from geodata.sandbox.documents import FeatureRow, FieldValue, Limits

NOT_COUNTED = 0


class Budget:
    """What a file may still hold; shared by all its layers."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.rows = 0
        self.vertices = 0
        self.cells = 0

    def spend_row(self, cells: int) -> None:
        """Count one more row; raises ``TooLarge`` when there are too many."""
        self.rows += 1
        self.cells += cells
        if self.rows > self.limits.rows or self.cells > self.limits.cells:
            raise TooLarge(f"文件里的要素超过 {self.limits.rows} 个或属性过多。请拆分后再上传。")

    def spend_vertices(self, vertices: int) -> None:
        """Count the vertices of one geometry; raises ``TooLarge`` when the file has too many."""
        self.vertices += vertices
        if self.vertices > self.limits.vertices_per_file:
            raise TooLarge(f"文件里的图形超过 {self.limits.vertices_per_file} 个顶点。请简化或拆分后再上传。")


class Collector:
    """Builds the rows of a layer and remembers which geometry types it met."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.rows: list[FeatureRow] = []
        self.types: set[str] = set()

    def add(self, number: int, values: dict[str, FieldValue], geometry: bytes | None, problem: str | None) -> None:
        """One feature. A geometry that is unsound or too big stays out, and the row says why."""
        self.budget.spend_row(len(values))
        if geometry is not None:
            geometry, problem = self._judged(geometry)
        self.rows.append(FeatureRow(number, values, geometry, problem))

    def _judged(self, geometry: bytes) -> tuple[bytes | None, str | None]:
        limits = self.budget.limits
        try:
            measure = wkb_format.measure(geometry)
        except ValueError as error:
            return None, f"{error}。"
        self.budget.spend_vertices(measure.vertices)
        if measure.vertices == NOT_COUNTED:
            return None, None
        if measure.vertices > limits.vertices_per_feature:
            return None, f"图形有 {measure.vertices} 个顶点，超过 {limits.vertices_per_feature} 个。请简化后再上传。"
        if measure.parts > limits.parts_per_feature:
            return None, f"图形由 {measure.parts} 部分组成，超过 {limits.parts_per_feature} 部分。请拆分后再上传。"
        self.types.add(measure.geometry_type)
        return geometry, None
