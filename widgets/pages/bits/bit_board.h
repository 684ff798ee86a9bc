// The bit board: a row for every width, a chip for every linked group; chips are dragged, or sent by keys, from row to row.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include <QAbstractScrollArea>
#include <QImage>
#include <QVariantAnimation>

#include "widgets/pages/bits/board_layout.h"
#include "widgets/pages/bits/board_tip.h"
#include "widgets/pages/bits/chip_painter.h"
#include "widgets/session/bit_document.h"

namespace halftone {

enum class BoardOrder { Network, Gain, Cost };

class BitBoard : public QAbstractScrollArea {
    Q_OBJECT

public:
    // A move that would happen if the mouse were let go now.
    struct Move {
        std::set<GroupIndex> groups;
        int bits = 0;
    };

    explicit BitBoard(BitDocument& document, QWidget* parent = nullptr);

    void setOrder(BoardOrder order);
    BoardOrder order() const { return m_order; }
    const std::set<GroupIndex>& selection() const { return m_selection; }
    void setSelection(const std::set<GroupIndex>& groups);
    // The group that keys act from; invalid: none.
    GroupIndex current() const { return m_current; }
    void setCurrent(GroupIndex group);
    // Widths from the top row down: the board's own and any other that a layer has.
    const std::vector<int>& rows() const { return m_rows; }
    const std::optional<Move>& movingTo() const { return m_move; }

    // In the viewport's coordinates, where things stand when nothing moves.
    QRectF chipRectangle(GroupIndex group) const;
    QRectF rowRectangle(int bits) const;
    GroupIndex chipAt(const QPointF& position) const; // invalid: none

    // The edits that keys and menus make: of the selection, or of the current group when it is not in it.
    void sendSelection(int bits);
    void pinSelection();
    std::set<GroupIndex> acted() const;

    QSize sizeHint() const override { return {900, 440}; }
    QSize minimumSizeHint() const override { return {480, 250}; }

signals:
    void selectionChanged();
    void currentChanged();
    void moveChanged(); // also when it ends or is cancelled
    void activated(halftone::LayerIndex layer); // Enter or a double click

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    struct Chip {
        GroupIndex group;
        int bits = 0;
        double fill = 0;
        QString text;
        QString label; // above its column
        bool edge = false, pinned = false, linked = false, unscored = false;
    };
    struct Press {
        QPointF position;
        GroupIndex chip; // invalid: on the board itself
        bool lifted = false; // far enough from where it was pressed
        bool refused = false; // only edges under it
        std::set<GroupIndex> kept; // what a rubber band adds to
    };

    // bit_board.cpp: from the document to places
    void rebuild();
    void layOut();
    void animateFrom(const std::map<GroupIndex, QRectF>& places);
    std::map<GroupIndex, QRectF> places() const; // as drawn now
    std::vector<GroupIndex> ordered() const;
    Chip chipOf(GroupIndex group, double largestGain) const;
    int indexOf(GroupIndex group) const; // among the chips; -1: none
    int rowOf(int bits) const;
    QRectF cellRectangle(std::size_t chip, std::size_t row) const;
    QRectF drawnRectangle(std::size_t chip) const; // while it moves
    QPointF wholePixels(const QPointF& way) const;
    double rowHeight() const;
    double columnsLeft() const; // in the viewport, scrolled
    void showCurrent();
    void describe();
    QString tipFor(GroupIndex group) const;
    QString factsOf(GroupIndex group) const;

    // bit_board_backdrop.cpp: what stays while chips move
    void paintBackdrop(QPainter& painter, const Theme& theme);
    void paintRows(QPainter& painter, const Theme& theme);
    void paintHeadings(QPainter& painter, const Theme& theme);
    void paintCells(QPainter& painter, const Theme& theme);
    QRectF columnsPlace() const; // where columns are seen

    // bit_board_paint.cpp
    void paintRowTotals(QPainter& painter, const Theme& theme);
    void paintLeafNames(QPainter& painter, const Theme& theme);
    void paintChips(QPainter& painter, const Theme& theme);
    void paintMove(QPainter& painter, const Theme& theme);
    ChipPicture pictureOf(std::size_t chip) const;

    // bit_board_input.cpp
    void lift(const QPointF& position);
    void dropMove();
    void cancelGesture();
    void bandTo(const QPointF& position);
    void setHovered(GroupIndex group);
    int rowAt(double y) const;
    void step(int by, Qt::KeyboardModifiers modifiers);
    void sendToNextRow(int by);
    bool moveByKey(int key, Qt::KeyboardModifiers modifiers);

    BitDocument& m_document;
    BoardOrder m_order = BoardOrder::Network;
    std::vector<int> m_rows;
    std::vector<Chip> m_chips;
    std::vector<BoardChip> m_columns;
    std::map<GroupIndex, int> m_index;
    BoardLayout m_layout;

    std::set<GroupIndex> m_selection;
    GroupIndex m_current;
    GroupIndex m_hovered;
    std::optional<Press> m_press;
    QPointF m_mouse;
    std::optional<Move> m_move;
    QRectF m_band;
    bool m_keyboardFocus = false;

    struct Backdrop {
        BoardLayout layout;
        std::vector<int> rows;
        QSize size;
        int scrolled = 0;
        double ratio = 0;
        ThemeKind theme = ThemeKind::Light;
        bool operator==(const Backdrop&) const = default;
    };
    Backdrop m_backdrop; // that the image shows
    QImage m_backdropImage;
    BoardTip m_tip;
    ChipPainter m_painter;
    QVariantAnimation m_animation;
    std::map<GroupIndex, QRectF> m_from; // where animated chips came from
};

} // namespace halftone
